"""Public validators on what `scanflow lineage --as` wrote. Prints one JSON object: format -> what they found wrong.

    python validate.py PROV.json OPENLINEAGE.json CRATE

Nothing is fetched: the copy of RO-Crate's context in the package `rocrate` stands in for the one at its address.
"""

import importlib
import json
import os
import sys

found = {}

# PROV-JSON: the W3C model's own library reads it, and what it writes again is the same document.
from prov.model import ProvDocument  # noqa: E402

document = ProvDocument.deserialize(sys.argv[1], format="json")
again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
found["prov"] = [] if document == again and document.get_records() else ["it is not the same after a round trip"]
document.serialize(format="rdf")

# OpenLineage: its client's classes take exactly what the schema has, and check ids, times and addresses.
from openlineage.client import event_v2  # noqa: E402
from openlineage.client.generated.base import RunFacet  # noqa: E402
from openlineage.client.serde import Serde  # noqa: E402

FACETS = {
    "version": ("dataset_version_dataset", "DatasetVersionDatasetFacet"),
    "documentation": ("documentation_dataset", "DocumentationDatasetFacet"),
    "jobType": ("job_type_job", "JobTypeJobFacet"),
    "sourceCodeLocation": ("source_code_location_job", "SourceCodeLocationJobFacet"),
}
found["openlineage"] = []


def facet(name, given):
    given = dict(given)
    producer, schema = given.pop("_producer"), given.pop("_schemaURL")
    if name not in FACETS:
        return RunFacet(producer=producer).with_additional_properties(**given)
    module, kind = FACETS[name]
    made = getattr(importlib.import_module(f"openlineage.client.generated.{module}"), kind)(producer=producer, **given)
    if made._schemaURL != schema:
        found["openlineage"].append(f"{name}: {schema} is not {made._schemaURL}")
    return made


def facets(given):
    return {name: facet(name, fields) for name, fields in given.items()}


with open(sys.argv[2]) as file:
    events = json.load(file)
for given in events:
    event = event_v2.RunEvent(
        eventType=event_v2.RunState[given["eventType"]],
        eventTime=given["eventTime"],
        producer=given["producer"],
        run=event_v2.Run(runId=given["run"]["runId"], facets=facets(given["run"]["facets"])),
        job=event_v2.Job(given["job"]["namespace"], given["job"]["name"], facets=facets(given["job"]["facets"])),
        inputs=[event_v2.InputDataset(d["namespace"], d["name"], facets=facets(d["facets"])) for d in given["inputs"]],
        outputs=[event_v2.OutputDataset(d["namespace"], d["name"], facets=facets(d["facets"])) for d in given["outputs"]],
    )
    written = json.loads(Serde.to_json(event))
    for name in ("eventType", "eventTime", "producer", "schemaURL", "run", "job"):
        if json.dumps(written[name], sort_keys=True) != json.dumps(given[name], sort_keys=True):
            found["openlineage"].append(f"{name}: {given[name]} is not {written[name]}")

# RO-Crate: the validator of the community, with the profile of process runs.
import rocrate  # noqa: E402
from rdflib.plugins.shared.jsonld import context, util  # noqa: E402
from rocrate_validator import models, services  # noqa: E402
from rocrate_validator.utils.http import HttpRequester  # noqa: E402

ADDRESS = "https://w3id.org/ro/crate/1.1/context"
with open(os.path.join(os.path.dirname(rocrate.__file__), "data", "ro-crate.jsonld")) as file:
    COPY = {"@context": json.load(file)["@context"]}
read = util.source_to_json


class Answer:
    status_code, headers, text, content, ok = 200, {"Content-Type": "application/ld+json"}, json.dumps(COPY), json.dumps(COPY).encode(), True

    def json(self):
        return COPY

    def raise_for_status(self):
        pass


def local(source, *arguments, **named):
    return (COPY, None) if str(source).startswith(ADDRESS) else read(source, *arguments, **named)


util.source_to_json = context.source_to_json = local
HttpRequester.get = lambda self, url, *arguments, **named: Answer() if str(url).startswith(ADDRESS) else sys.exit(f"asked for {url}")
settings = services.ValidationSettings(
    rocrate_uri=sys.argv[3], profile_identifier="process-run-crate", requirement_severity=models.Severity.RECOMMENDED)
result = services.validate(settings)
found["ro-crate"] = [f"{issue.check.name}: {issue.message}" for issue in result.get_issues()]
print(json.dumps(found))
