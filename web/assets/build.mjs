// Bundle the editor, and copy what is used as it is. The output is the same bytes each time;
// tests/test_assets.py compares it with what is committed.
import {build} from "esbuild"
import {createHash} from "node:crypto"
import {copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs"

const out = process.argv[2] ?? "../static/vendor"
rmSync(out, {recursive: true, force: true})
mkdirSync(out, {recursive: true})
await build({
  entryPoints: ["editor.js"], bundle: true, minify: true, format: "esm", target: "es2022",
  outdir: out, splitting: true, chunkNames: "editor-[name]-[hash]", legalComments: "linked",
})
copyFileSync("node_modules/htmx.org/dist/htmx.min.js", `${out}/htmx.min.js`)
copyFileSync("node_modules/htmx.org/dist/ext/hx-sse.min.js", `${out}/hx-sse.min.js`)
copyFileSync("node_modules/@picocss/pico/css/pico.classless.min.css", `${out}/pico.classless.min.css`)

const versions = JSON.parse(readFileSync("package.json")).dependencies
const files = Object.fromEntries(readdirSync(out).sort().map(name =>
  [name, createHash("sha256").update(readFileSync(`${out}/${name}`)).digest("hex")]))
writeFileSync(`${out}/manifest.json`, JSON.stringify({versions, files}, null, 1) + "\n")
