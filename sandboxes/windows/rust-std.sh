#!/bin/sh
# Build Rust's standard library for Windows into /out, by the rustc that is installed here.
set -eu
target=x86_64-pc-windows-gnu
version=$(rustc --version | cut -d' ' -f2)
packaged=$(dpkg-query -W -f '${Version}' rustc | sed 's/-[^-]*$//') # without Debian's own revision
archive=http://deb.debian.org/debian/pool/main/r/rustc/rustc_$packaged.orig.tar.xz
sha256=97153151aeee78416f595a4200b17c3713d271960f3bad91a44f2afaf0bb7799 # of rustc_1.85.1+dfsg1
work=/tmp/rust-std
mkdir -p "$work/src/.cargo" && cd "$work"
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends cargo xz-utils \
  binutils-mingw-w64-x86-64
apt-get download "rust-src=$(dpkg-query -W -f '${Version}' rustc)"
dpkg -x rust-src_*.deb unpacked
mv unpacked/usr/src/rustc-*/library src/library
/usr/lib/apt/apt-helper download-file "$archive" crates.tar.xz "SHA256:$sha256"
tar xf crates.tar.xz -C src --strip-components=1 "rustc-$version-src/vendor"

cd src
# What is for WebAssembly and SGX alone asks for crates that the archive lacks.
sed -i '/cfg(any(all(target_family = "wasm", target_os = "unknown")/,/^$/d; /^crate-type = /s/"dylib", //' \
  library/std/Cargo.toml
printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "%s"\n' \
  "$work/src/vendor" >.cargo/config.toml
# Two crates abort by definition; cargo has no way to say that of one crate.
cat >"$work/wrap" <<'END'
#!/bin/sh
case " $* " in
  *" --crate-name panic_abort "* | *" --crate-name compiler_builtins "*) exec "$@" -Cpanic=abort ;;
esac
exec "$@"
END
chmod +x "$work/wrap"
export CARGO_HOME="$work/cargo" CARGO_TARGET_DIR="$work/target" RUSTC_WRAPPER="$work/wrap"
export RUSTC_BOOTSTRAP=1 __CARGO_DEFAULT_LIB_METADATA=judge
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_DEBUG=0
export RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes --cap-lints=allow"
cd library/sysroot
cargo build --offline --release --target $target --no-default-features --features "panic-unwind backtrace"
libraries=$work/libraries
mkdir -p "$libraries"
cp "$work/target/$target"/release/deps/*.rlib "$libraries/"
rm "$libraries"/libsysroot-*
for object in rsbegin rsend; do
  rustc --target $target --emit=obj -o "$libraries/$object.o" "../rtstartup/$object.rs"
done
# Last, so that nothing half-made is ever there.
mkdir -p "/out/usr/lib/rustlib/$target"
mv "$libraries" "/out/usr/lib/rustlib/$target/lib"
