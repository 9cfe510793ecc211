"""The pools of a slot: for which targets this machine's engine can judge, and on what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from judge.building import PackagePrograms
from judge.errors import HostUnfit
from judge.sandbox import Sandbox
from judge.targets import TargetId
from judge.task import TargetSlot
from sandboxes import containers, images, native
from sandboxes.containers import Client
from sandboxes.images import Say
from sandboxes.native import NativePool
from sandboxes.pool import FOOTINGS, Pool
from sandboxes.quiet import Quiet

Offers = Mapping[str, tuple[str, ...]]
"""Languages by target."""


@dataclass(frozen=True, slots=True)
class SlotPools:
    """One slot: a pool for each target, and what judges answers runs on one of them."""

    pools: Mapping[str, Pool | NativePool]
    targets: tuple[TargetId, ...]

    @property
    def tools(self) -> Sandbox:
        """Where validators and generators run: on Linux, unless the engine has none."""
        return self.pools.get(TargetId.LINUX) or self.pools[self.targets[0]]

    def target_slot(self, target: str) -> TargetSlot:
        """With nothing built yet."""
        pool = self.pools[target]
        return TargetSlot(pool, PackagePrograms(pool, tools=self.tools))

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()


def in_words(offers: Offers) -> str:
    return "; ".join(f"{target}: {', '.join(them)}" for target, them in offers.items())


def chosen_targets(client: Client, asked: Sequence[TargetId]) -> tuple[TargetId, ...]:
    """Those asked for; else what the engine can do, of which the images are here.

    Raises HostUnfit for one that this engine can't judge for.
    """
    windows = containers.is_windows(client)
    for target in asked:
        if windows is not (target is TargetId.WINDOWS_NATIVE):
            kind = "Windows" if windows else "Linux"
            raise HostUnfit(f"--target {target}: this engine runs {kind} containers")
    if asked:
        return tuple(asked)
    if windows:
        return (TargetId.WINDOWS_NATIVE,)
    here = [
        target
        for target, recipe in images.RECIPES.items()
        if target is not TargetId.LINUX and images.are_present(client, recipe)
    ]
    return (TargetId.LINUX, *here)


def ensure_images(client: Client, targets: Sequence[TargetId], say: Say) -> None:
    """Build what is missing. Raises HostUnfit where it must be built by hand."""
    if TargetId.WINDOWS_NATIVE in targets:
        native.require_image(client)
        return
    images.ensure(client, say)
    for target in targets:
        images.ensure(client, say, images.RECIPES[target])


def make(
    client: Client,
    targets: tuple[TargetId, ...],
    sets: Sequence[str],
    *,
    name: str,
    gpu: bool,
) -> list[SlotPools]:
    """One for each set of CPUs."""
    quiet = Quiet()
    if TargetId.WINDOWS_NATIVE in targets:
        return [
            SlotPools(
                {
                    TargetId.WINDOWS_NATIVE.value: NativePool(
                        client.api, owner=f"{name}-{index}", cpus=len(cpus.split(",")), quiet=quiet
                    )
                },
                targets,
            )
            for index, cpus in enumerate(sets)
        ]
    return [
        SlotPools(
            {
                target.value: Pool(
                    client,
                    cpus=cpus,
                    owner=f"{name}-{index}"
                    if target is TargetId.LINUX
                    else f"{name}-{index}-{target}",
                    quiet=quiet,
                    footing=FOOTINGS[target],
                    gpu=gpu and target is TargetId.LINUX,
                )
                for target in dict.fromkeys((TargetId.LINUX, *targets))
            },
            targets,
        )
        for index, cpus in enumerate(sets)
    ]
