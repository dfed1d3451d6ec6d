"""Writes bot/type_registry/data/types.txt.gz, the table of the providers' types.

    python -m tools.provider_schemas FOLDER... [--index FOLDER] [--awscc-source FOLDER]

A FOLDER is an unpacked wheel: cdktn-provider-aws, cdktn-provider-awscc (`pip download --no-deps`, unzip). What replaces
is read out of an index of the AWS provider's functions and out of awscc's sources; without them it stays as it is in
the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.type_registry.argument_names import argument_names
from tools.provider_schemas import replaced
from tools.provider_schemas.declarations import read_package
from tools.provider_schemas.judged import read_judgements
from tools.provider_schemas.table import DATA, Sources, read_replaced, write_table


def main() -> None:
    """Read, classify, write, and say how many there are of each class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, nargs="+")
    parser.add_argument("--index", type=Path)
    parser.add_argument("--awscc-source", type=Path)
    given = parser.parse_args()
    before = read_replaced()
    sources = Sources(
        tuple(read_package(folder) for folder in given.packages),
        replaced.of_index(given.index) if given.index else before,
        replaced.of_generated(given.awscc_source) if given.awscc_source else before,
    )
    print(write_table(sources, argument_names(), read_judgements(DATA / "judged.toml")))


if __name__ == "__main__":
    main()
