"""How schemas are read, what replaces, and what names of arguments are taken to carry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.type_registry.argument_names import Kind, argument_names
from tests.places import TESTS
from tests.yaml_files import read_yaml
from tools.provider_schemas.classify import carried_by
from tools.provider_schemas.declarations import read_package
from tools.provider_schemas.judged import read_judgements, settled
from tools.provider_schemas.replaced import of_generated, of_index
from tools.provider_schemas.schema import Argument, Schema
from tools.provider_schemas.table import DATA

NAMES = argument_names()
JUDGED = read_judgements(DATA / "judged.toml")
CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "type_registry" / "names.yaml").read_text())

BINDINGS = """\
r\'\'\'
# `{data}aws_thing`

Refer to the Terraform Registry for docs: [`aws_thing`](https://registry/providers/hashicorp/aws/1.2.3/docs/{docs}/thing).
\'\'\'
class ThingConfig(
    _cdktn_1.TerraformMetaArguments,
):
    def __init__(
        self,
        *,
        lifecycle: typing.Optional["_cdktn_1.Lifecycle"] = None,
        from_: builtins.str,
        rule: typing.Optional[typing.Sequence[typing.Union["ThingRule", typing.Dict[builtins.str, typing.Any]]]] = None,
        sizes: typing.Optional[typing.Sequence[jsii.Number]] = None,
    ) -> None:
        \'\'\'
        :param from_: From where. Docs at Terraform Registry: {{@link https://registry#from Thing#from}}.
        :param rule: rule block. Docs at Terraform Registry: {{@link https://registry#rule Thing#rule}}
        \'\'\'

class ThingRule:
    def __init__(
        self,
        *,
        open: typing.Optional[typing.Union[builtins.bool, "_cdktn_1.IResolvable"]] = None,
        labels: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
    ) -> None:
        \'\'\'
        :param open: Docs at Terraform Registry: {{@link https://registry#open Thing#open}}.
        \'\'\'

class Thing(_cdktn_1.TerraformResource):
    @builtins.property
    @jsii.member(jsii_name="ownerId")
    def owner_id(self) -> builtins.str:

    @builtins.property
    @jsii.member(jsii_name="ruleInput")
    def rule_input(self) -> builtins.str:
"""

SDK = """\
func resourceThing() *schema.Resource {
	return &schema.Resource{
		Schema: map[string]*schema.Schema{
			"name": {  // ForceNew: true is said of another
				Type: schema.TypeString,
			},
			names.AttrVPCID: {
				ForceNew: true,
			},
			"rule": {
				Elem: &schema.Resource{
					Schema: map[string]*schema.Schema{
						"open": {
							ForceNew: true,
							Description: "{",
						},
					},
				},
			},
		},
	}
}
"""
GENERATED = """\
	registry.AddResourceFactory("awscc_kin_thing", thingResource)
	attributes := map[string]schema.Attribute{ /*START SCHEMA*/
		"name": schema.StringAttribute{ /*START ATTRIBUTE*/
			PlanModifiers: []planmodifier.String{ /*START PLAN MODIFIERS*/
				stringplanmodifier.RequiresReplace(),
			}, /*END PLAN MODIFIERS*/
		}, /*END ATTRIBUTE*/
		// "name": replaced
		"size": schema.Int64Attribute{ /*START ATTRIBUTE*/
			Optional: true,
		}, /*END ATTRIBUTE*/
	} /*END SCHEMA*/
"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.get('type', '')} {case['name']}".strip())
def test_a_name_carries(case: dict[str, Any]) -> None:
    path, kind = case["name"].split()
    *blocks, last = path.split(".")
    argument = Argument(last, Kind[kind.upper()])
    for name in reversed(blocks):
        argument = Argument(name, Kind.BLOCK, (argument,))
    carried = carried_by(NAMES, Schema(case.get("type", "aws_made_thing"), "managed", (argument,)))
    assert sorted(carried.get(argument.name, ())) == case["carries"]


def test_schemas_are_read_out_of_bindings(tmp_path: Path) -> None:
    for module, data, docs in (("thing", "", "resources"), ("data_aws_thing", "data_", "data-sources")):
        folder = tmp_path / "cdktn_provider_aws" / module
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text(BINDINGS.format(data=data, docs=docs))
    (tmp_path / "cdktn_provider_aws-7.0.0.dist-info").mkdir()
    (tmp_path / "cdktn_provider_aws-7.0.0.dist-info" / "METADATA").touch()
    provider = read_package(tmp_path)
    assert (provider.name, provider.version, provider.package) == ("aws", "1.2.3", "cdktn-provider-aws 7.0.0")
    lookup, managed = provider.schemas
    rule = Argument("rule", Kind.BLOCK, (Argument("open", Kind.BOOL), Argument("labels", Kind.MAP)))
    arguments = (Argument("from", Kind.STRING, (), "From where."), rule, Argument("sizes", Kind.NUMBER))
    assert managed == Schema("aws_thing", "managed", arguments)
    assert lookup == Schema("aws_thing", "data", arguments, ("owner_id",))


def test_what_replaces_is_read_out_of_sources(tmp_path: Path) -> None:
    room = tmp_path / "index" / "internal" / "service" / "kin"
    (tmp_path / "index" / "resources").mkdir(parents=True)
    room.mkdir(parents=True)
    told = '{"terraform_type": "aws_thing", "namespace": "x/terraform-provider-aws/internal/service/kin", '
    named = '"schema_index": "func.resourceKinThing.goindex", "create_index": "func.resourceThingCreate.goindex"}'
    (tmp_path / "index" / "resources" / "aws_thing.json").write_text(told + named)
    (room / "func.resourceThing.goindex").write_text(SDK)
    assert of_index(tmp_path) == {"aws_thing": {"vpcid", "rule.open"}}
    (tmp_path / "internal" / "aws" / "kin").mkdir(parents=True)
    (tmp_path / "internal" / "aws" / "kin" / "thing_resource_gen.go").write_text(GENERATED)
    assert of_generated(tmp_path) == {"awscc_kin_thing": {"name"}}


def test_each_judgement_has_one_sentence_and_settles_what_names_leave_open() -> None:
    for one in JUDGED:
        assert one.sentence.endswith(".") and one.source
        assert settled((one,), one.types[0], one.mode, dict.fromkeys(one.arguments or ("any",), frozenset()))
