"""How calls are written, and answers are read. Calls are not written by botocore, which would not write the wrong ones."""

import json
import re
from types import SimpleNamespace
from urllib.parse import quote, quote_plus
from xml.etree import ElementTree

from . import judge
from .service import Service

# The canonical number of an item.
INDEX = re.compile("[1-9][0-9]{0,9}")
NUMBER = re.compile("[+-]?[0-9]+")


def members_of(body):
    """The members of a JSON body; none of what is no object."""
    told = json.loads(body or b"{}")
    assert isinstance(told, dict), "the body is no object"
    return told


class Rest(Service):
    """A service of the protocol restJson1."""

    TIMES, DAMAGE = "iso8601", ["bad JSON", "key twice", "nesting", "query", "path", "method"]

    def write(self, call):
        call.method, call.path, query, body = call.operation.http["method"], call.operation.http["requestUri"], [], {}
        for name, value in call.given.items():
            member = call.operation.input_shape.members.get(name)
            place = member.serialization.get("location") if member else None
            if place == "uri":
                call.path = call.path.replace(f"{{{name}}}", quote(value, safe="-._~"))
            elif place == "querystring":
                values = value if isinstance(value, list) else [value]
                query += [f"{name}={quote(each if isinstance(each, str) else json.dumps(each), safe='-._~')}" for each in values]
            else:
                body[name] = value
        call.query = "&".join(query)
        # What has members for a body has one.
        if any("location" not in member.serialization for member in call.operation.input_shape.members.values()):
            call.headers, call.body = {"Content-Type": "application/json"}, json.dumps(body).encode()

    def is_wrong(self, call):
        """A query has no way to say that a list is empty."""
        members = call.operation.input_shape.members
        queries = [name for name, member in members.items() if member.serialization.get("location") == "querystring"]
        said = {name: value for name, value in call.given.items() if name not in queries or value != []}
        return bool(list(judge.mistakes(call.operation.input_shape, said)))

    def find(self, call):
        fitting = (each for each in self.operations if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each.http["requestUri"]), call.path))
        return next((each for each in fitting if each.http["method"] == call.method), None)

    def read(self, answer, operation):
        """What an answer says: the error and every place that names it, the members, the id of the request."""
        headers, is_good = answer["headers"], answer["status_code"] < 300
        error = headers.get("x-amzn-errortype", "").split(":")[0]
        told = members_of(answer["body"])
        names = [] if is_good else [told.pop(key, error) for key in ("__type", "code")]
        return SimpleNamespace(error=error, names=names, told=told, request_id=headers.get("x-amzn-requestid"))


class Rpc(Service):
    """A service whose calls all go to one place."""

    def write(self, call):
        call.method, call.path = "POST", "/"

    def asked(self, call):
        return self.named(call) if (call.method, call.path, call.query) == ("POST", "/", "") else None


class Json(Rpc):
    """A service of the protocol JSON 1.1."""

    TIMES, DAMAGE = "unixTimestamp", ["bad JSON", "key twice", "nesting", "query", "path", "method", "target"]

    def write(self, call):
        super().write(call)
        target = f"{self.model.metadata['targetPrefix']}.{call.operation.name}"
        call.headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        call.body = json.dumps(call.given).encode()

    def named(self, call):
        prefix, _, name = call.headers.get("X-Amz-Target", "").partition(".")
        return name if prefix == self.model.metadata["targetPrefix"] else None

    def read(self, answer, operation):
        told = members_of(answer["body"])
        error = told.pop("__type", "")
        names = [] if answer["status_code"] < 300 else [error]
        return SimpleNamespace(error=error, names=names, told=told, request_id=answer["headers"].get("x-amzn-requestid"))


class Query(Rpc):
    """A service of the query protocol: forms in, XML out."""

    TIMES, DAMAGE = "iso8601", ["path", "query", "method", "form", "field twice", "index", "version", "action"]
    ITEM, ITEMS = "member", "{}.member."

    def member(self, at, name, shape):
        """The field of a member."""
        return f"{at}.{name}" if at else name

    def told_as(self, name, shape):
        """A member's name in answers."""
        return shape.serialization.get("name", name)

    def fields(self, shape, value, at=""):
        """The fields of a value, which may be none of its shape."""
        if isinstance(value, dict):
            known = getattr(shape, "members", {})
            for name, item in value.items():
                yield from self.fields(known.get(name), item, self.member(at, name, known.get(name)))
        elif isinstance(value, list):
            yield from [(at, "")] if not value and self.ITEM == "member" else []
            for number, item in enumerate(value, 1):
                yield from self.fields(getattr(shape, "member", None), item, f"{self.ITEMS.format(at)}{number}")
        elif value is not None:
            yield at, json.dumps(value) if isinstance(value, bool) else str(value)

    def value(self, form, shape, at=""):
        """The value that a form has for a shape, as the model reads it; `None` for none. What is no number stays a text."""
        match shape.type_name:
            case "structure":
                found = {name: self.value(form, of, self.member(at, name, of)) for name, of in shape.members.items()}
                return {name: value for name, value in found.items() if value is not None} or None
            case "list":
                start = self.ITEMS.format(at)
                numbers = {name[len(start) :].split(".")[0] for name in form if name.startswith(start)}
                numbers = sorted(int(number) for number in numbers if INDEX.fullmatch(number))
                items = [self.value(form, shape.member, f"{start}{number}") for number in numbers]
                return [item for item in items if item is not None] if numbers or at in form else None
            case "integer" | "long" if NUMBER.fullmatch(form.get(at, "")):
                return int(form[at])
            case "boolean" if form.get(at) in ("true", "false"):
                return form[at] == "true"
        return form.get(at)

    def is_wrong(self, call):
        """The form has what the model forbids, whatever it was made of."""
        shape = call.operation.input_shape
        form = dict(self.fields(shape, call.given))
        return bool(list(judge.mistakes(shape, self.value(form, shape) or {})))

    def write(self, call):
        super().write(call)
        call.form = [("Action", call.operation.name), ("Version", self.model.metadata["apiVersion"])]
        call.form += self.fields(call.operation.input_shape, call.given)
        call.headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        call.body = "&".join(f"{quote_plus(name)}={quote_plus(text)}" for name, text in call.form).encode()

    def named(self, call):
        form, version = dict(call.form), self.model.metadata["apiVersion"]
        return form.get("Action") if form.get("Version", version) == version else None

    def told(self, element, shape):
        """The value that an element tells of a shape; what the model does not know keeps its name, what is there twice too."""
        inner = [(re.sub("{.*}", "", child.tag), child) for child in element]
        match shape.type_name:
            case "structure":
                names = {self.told_as(name, of): (name, of) for name, of in shape.members.items()}
                told = {}
                for tag, child in inner:
                    name, of = names.get(tag, (tag, None))
                    told[f"{name} twice" if name in told else name] = self.told(child, of) if of else child.text
                return told
            case "list":
                assert all(tag == self.ITEM for tag, _ in inner), f"items of {element.tag} are {inner}"
                return [self.told(child, shape.member) for _, child in inner]
        assert not inner, f"{element.tag} has elements"
        text = element.text or ""
        if shape.type_name in ("integer", "long") and NUMBER.fullmatch(text):
            return int(text)
        return text == "true" if shape.type_name == "boolean" and text in ("true", "false") else text

    def read(self, answer, operation):
        root = ElementTree.fromstring(answer["body"])
        space = f"{{{self.model.metadata['xmlNamespace']}}}"
        if answer["status_code"] >= 300:
            return self.read_error(root, space)
        assert root.tag == f"{space}{operation.name}Response", root.tag
        return self.read_result(root, space, operation)

    def read_error(self, root, space):
        assert root.tag == f"{space}ErrorResponse", root.tag
        error, kind = root.findtext(f"{space}Error/{space}Code"), root.findtext(f"{space}Error/{space}Type")
        assert kind == "Sender" and root.findtext(f"{space}Error/{space}Message"), "the error has no type or message"
        return SimpleNamespace(error=error, names=[error], told={}, request_id=root.findtext(f"{space}RequestId"))

    def read_result(self, root, space, operation):
        request_id = root.findtext(f"{space}ResponseMetadata/{space}RequestId")
        results, output = root.findall(f"{space}{operation.name}Result"), operation.output_shape
        assert len(results) == bool(output), f"{len(results)} results"
        told = self.told(results[0], output) if output else {}
        return SimpleNamespace(error="", names=[], told=told, request_id=request_id)


class Ec2Query(Query):
    """EC2's dialect: lists without `member`, members by other names, answers without a result around them."""

    ITEM, ITEMS = "item", "{}."

    def member(self, at, name, shape):
        wire = shape.serialization if shape else {}
        name = wire.get("queryName") or wire.get("name", name)
        return super().member(at, name[:1].upper() + name[1:], shape)

    def read_error(self, root, space):
        assert root.tag == "Response", root.tag
        error = root.findtext("Errors/Error/Code")
        assert root.findtext("Errors/Error/Message"), "the error has no message"
        return SimpleNamespace(error=error, names=[error], told={}, request_id=root.findtext("RequestID"))

    def read_result(self, root, space, operation):
        id_element = root.find(f"{space}requestId")
        root.remove(id_element)
        told = self.told(root, operation.output_shape) if operation.output_shape else {}
        return SimpleNamespace(error="", names=[], told=told, request_id=id_element.text)
