"""A call, how it is sent, and what is wrong with its answer."""

import contextlib
import http.client
from types import SimpleNamespace
from urllib.parse import urlsplit

from botocore import auth, awsrequest, credentials

from . import judge


class Call(SimpleNamespace):
    """A call, and how it is sent: unsigned without `keys`. `only` has the errors that it may be refused with, where it must not
    succeed."""

    number, damage, query, headers, body, form, only, is_index_wrong = -1, "none", "", {}, None, [], [], False

    def faults(self, answer):
        """What in an answer is not as the model has it."""
        service, operation, status = self.service, self.operation, answer["status_code"]
        if self.damage == "scope":
            # In whose words it is refused is for the service that it is signed for.
            yield from [] if 400 <= status < 500 else [f"status {status}, signed for {self.scope!r}"]
            return
        if self.method == "HEAD" or not operation and status < 300:
            # What answers HEAD has no body; there is no operation of this method.
            yield from [] if 400 <= status < 500 else [f"status {status}, though it asks for nothing: {self.damage}"]
            return
        is_good, due, unread = status < 300, operation.http.get("responseCode", 200) if operation else 0, ""
        said = SimpleNamespace(error="", names=[], told={}, request_id="")
        try:
            said = service.read(answer, operation)
            shape = service.model.shape_for_error_code(said.error) if said.error else None
            parsed = service.parser.parse(answer, shape) if shape else {}
            parsed |= service.parser.parse(answer, operation and operation.output_shape)
            said.names += [] if is_good else [parsed["Error"]["Code"]]
        except Exception as fault:  # whatever the parsers throw
            unread, shape = repr(fault), None
        told_of = operation.output_shape if is_good else shape
        checks = [(True, f"status {status} of {said.error}")] if status >= 500 else [(True, f"cannot be read: {unread}")] if unread else [
            (not said.request_id, "no request id"),
            (is_good and self.only, f"succeeds, though damaged: {self.damage}"),
            (is_good and status != due, f"status {status}, not {due}"),
            (is_good and status == 204 and answer["body"], "a body with 204"),
        ]
        error = said.error
        if status < 500 and not unread and not is_good:
            checks += [
                (error not in service.errors(operation), f"the operation has no error {error}"),
                (error in service.SIGNATURE and self.damage != "signature", f"{error}, though signed right: {self.damage}"),
                (self.only and error not in self.only, f"{error}, though damaged: {self.damage}"),
                (status != service.status(error), f"status {status} of {error}"),
                (set(said.names) != {error}, f"header, body and botocore tell different errors: {said.names}"),
            ]
        yield from (text for is_wrong, text in checks if is_wrong)
        yield from judge.mistakes(told_of, said.told, told=service.TIMES) if told_of and not unread else ()


def send(ready, kept, call):
    """The answer, as botocore's parsers take it; `None` where the connection ends without one."""
    node = urlsplit(ready["nodes"][call.node]["api"])
    # http.client sends path and query as they are.
    target = f"{call.path}?{call.query}" if call.query else call.path
    signed = awsrequest.AWSRequest(call.method, node.geturl() + target, call.headers, call.body)
    if call.keys:
        auth.SigV4Auth(credentials.Credentials(*call.keys), call.scope, ready["region"]).add_auth(signed)
    if call.damage == "signature":
        signed.headers.replace_header("Authorization", signed.headers["Authorization"][:-8] + "0" * 8)
    # A kept connection may have been closed meanwhile.
    for connection in filter(None, [kept.pop(call.node, None), http.client.HTTPConnection(node.netloc, timeout=60)]):
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # Where it is refused before it is read, the answer may be there.
                connection.request(call.method, target, call.body, dict(signed.headers.items()))
            response = connection.getresponse()
            answer = {"status_code": response.status, "body": response.read()}
            kept[call.node] = None if response.will_close else connection
            return answer | {"headers": awsrequest.HeadersDict(response.getheaders())}
        except (http.client.HTTPException, OSError):
            connection.close()
    return None
