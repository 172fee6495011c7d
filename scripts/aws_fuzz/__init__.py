"""Calls that are made up from botocore's models of AWS's services, and the judgement of what they are answered.

| file | holds |
|---|---|
| `judge` | what a model forbids in a value |
| `errors` | errors that any call of a service may have, with their sources |
| `things` | what there is in the cluster, as answers told of it |
| `service` | a service: its model, and what is plausible for it beyond that |
| `lattice`, `identities`, `others` | the services: VPC Lattice; STS and IAM; EC2, RAM, ACM and tagging |
| `protocols` | how calls are written and answers are read: restJson1, JSON 1.1, query, EC2's query |
| `draw` | what chance gives for one call |
| `damage` | what becomes of values and of calls, so that they are wrong |
| `call` | a call, how it is sent, and what is wrong with its answer |
"""
