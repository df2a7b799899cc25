"""Diagrams written the way other tools write theirs: their prefixes, their settings, their languages. All of it made up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Style:
    """How one tool writes. In texts `B:` stands for its prefix of BPMN, `{n}` for a number that differs each time."""

    name: str
    prefix: str
    spaces: dict[str, str]
    exporter: str = ""
    on_task: str = ""
    inside_task: str = ""
    on_flow: str = ""
    condition: str = "${amount > 100}"
    language: str = ""
    script: str = "execution.setVariable('done', true)"
    script_format: str = "groovy"
    ids: str = "{kind}_{n}"
    named: str = ""
    """The name that the gate gives the language of its conditions."""
    on_definitions: str = ""
    extra: str = ""
    """Children of definitions."""
    ids_in_flows: bool = True
    """True if steps repeat which arrows come and go."""


STYLES: Final = (
    Style(
        "camunda7",
        "bpmn",
        {"camunda": "http://camunda.org/schema/1.0/bpmn", "modeler": "http://camunda.org/schema/modeler/1.0"},
        exporter="Camunda Modeler",
        on_task='camunda:formKey="embedded:app:form{n}.html" camunda:candidateGroups="office,heads" camunda:asyncBefore="true"',
        inside_task='<camunda:formData><camunda:formField id="field{n}" label="Nimi" type="string"><camunda:validation>'
        '<camunda:constraint name="required" config="true"/></camunda:validation></camunda:formField></camunda:formData>'
        '<camunda:executionListener class="example.Listener{n}" event="start"/>',
        named="JUEL",
        on_definitions='modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.20.0"',
    ),
    Style(
        "camunda8",
        "bpmn",
        {"zeebe": "http://camunda.org/schema/zeebe/1.0", "modeler": "http://camunda.org/schema/modeler/1.0"},
        inside_task='<zeebe:formDefinition formId="form-{n}"/><zeebe:ioMapping><zeebe:input source="=a" target="b{n}"/>'
        '</zeebe:ioMapping><zeebe:taskDefinition type="work-{n}" retries="3"/><zeebe:taskHeaders>'
        '<zeebe:header key="k" value="v &lt; w"/></zeebe:taskHeaders>',
        condition='=amount > 100 and kind = "a"',
        named="FEEL, Camunda 8",
        script_format="feel",
        on_definitions='modeler:executionPlatform="Camunda Cloud"',
    ),
    Style(
        "signavio",
        "",
        {"signavio": "http://www.signavio.com"},
        exporter="Signavio Process Editor, http://www.signavio.com",
        inside_task='<signavio:signavioMetaData metaKey="bgcolor" metaValue="#ffffcc"/>'
        '<signavio:signavioMetaData metaKey="risklevel" metaValue=""/>',
        ids="sid-0A1B2C3D-{n}",
        condition="amount &gt; 100".replace("&gt;", ">"),
        on_definitions='expressionLanguage="http://www.w3.org/1999/XPath" typeLanguage="http://www.w3.org/2001/XMLSchema"',
    ),
    Style(
        "bizagi",
        "",
        {"bizagi": "http://www.bizagi.com/bpmn20"},
        exporter="BizAgi Process Modeler",
        inside_task='<bizagi:BizagiExtensions><bizagi:BizagiProperties><bizagi:BizagiProperty name="bgColor" value="#ECEFFF"/>'
        '<bizagi:BizagiProperty name="textColor" value="Black"/></bizagi:BizagiProperties></bizagi:BizagiExtensions>',
        ids="Id_3f2504e0-4f89-11d3-9a0c-{n}",
        condition="../amount[1] > 100",
        language="http://www.w3.org/1999/XPath",
        named="XPath",
    ),
    Style(
        "flowable",
        "",
        {"flowable": "http://flowable.org/bpmn", "design": "http://flowable.org/design"},
        on_task='flowable:assignee="${{initiator}}" flowable:formKey="form{n}" flowable:skipExpression="${{skip}}"'.replace(
            "{{", "{"
        ).replace("}}", "}"),
        inside_task='<flowable:taskListener event="create" expression="${bean.notify(task)}"/><design:stencilid>FormTask</design:stencilid>',
        condition="#{amount gt 100 && kind eq 'a'}",
        named="JUEL",
    ),
    Style(
        "activiti",
        "",
        {"activiti": "http://activiti.org/bpmn"},
        on_task='activiti:candidateUsers="outi,olli"',
        inside_task='<activiti:formProperty id="prop{n}" name="Nimi" type="string" required="true"/>',
        condition="${input == 1}",
        named="JUEL",
        script_format="javascript",
    ),
    Style(
        "jbpm",
        "bpmn2",
        {"drools": "http://www.jboss.org/drools", "bpsim": "http://www.bpsim.org/schemas/1.0"},
        on_task='drools:selectable="true" drools:color="#fafad2"',
        inside_task='<drools:metaData name="elementname"><drools:metaValue><![CDATA[Vaihe {n} <ö>]]></drools:metaValue></drools:metaData>',
        condition="return amount > 100;",
        language="http://www.java.com/java",
        named="Java",
        ids="_{n}-4F3A",
        script_format="http://www.java.com/java",
        extra='<B:itemDefinition id="_item" structureRef="String"/>',
    ),
    Style(
        "bonita",
        "model",
        {"bonitaConnector": "http://www.bonitasoft.org/studio/connector/definition/6.0"},
        exporter="BonitaSoft",
        condition="amount > 100 && kind == 'a'",
        language="http://groovy.apache.org/",
        named="Groovy",
        on_flow='name="tie"',
    ),
    Style(
        "trisotech",
        "semantic",
        {
            "triso": "http://www.trisotech.com/2015/triso/modeling",
            "trisobpmn": "http://www.trisotech.com/2014/triso/bpmn",
            "trisofeed": "http://trisotech.com/feed",
        },
        exporter="BPMN Modeler",
        on_task='trisofeed:color="#1a2b3c"',
        inside_task='<triso:attachment name="ohje {n}" url="http://example.invalid/ohje"/>',
        condition="amount > 100",
        language="https://www.omg.org/spec/DMN/20191111/FEEL/",
        on_definitions='triso:uid="abc"',
    ),
    Style(
        "adonis",
        "bpmn",
        {"boc": "http://www.boc-group.com/adonis"},
        exporter="ADONIS",
        on_task='boc:class="Task"',
        inside_task='<boc:attributes><boc:attribute name="Description" lang="fi">Kuvaus {n}\n  rivillä</boc:attribute></boc:attributes>',
        ids="obj.{n}",
        condition="",
    ),
    Style(
        "visio",
        "",
        {"vsdx": "http://schemas.microsoft.com/visio/2012/main/bpmn"},
        exporter="Microsoft Visio",
        on_task='vsdx:master="Task"',
        inside_task='<vsdx:shape uniqueId="{{AB-{n}}}" layer="1"/>'.replace("{{", "{").replace("}}}", "}}"),
        ids="Sheet.{n}",
        condition="",
    ),
    Style(
        "unheard_of",
        "ns0",
        {"x": "urn:nobody:knows:this"},
        on_task='x:weight="{n}" x:empty=""',
        inside_task='<x:deep><x:deeper><x:deepest on="&quot;&#10;&#9;">  teksti  </x:deepest></x:deeper><!-- ja huomautus --></x:deep>',
        condition="count(/case/item) > 3",
        language="http://www.w3.org/1999/XPath",
        named="XPath",
    ),
)
