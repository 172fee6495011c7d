"""A service: its model, and what is plausible for it beyond that."""

import importlib
import re

from botocore import exceptions, loaders, model, parsers

from . import judge, things

# The operations that the cluster has, by service; `None` for all.
OPERATIONS = importlib.import_module("generate-aws-model").SERVICES


class Service:
    """A service. What its calls say beyond its model is for each service to say."""

    # What calls that the model forbids are refused with, what is not there, and what is too large.
    FORBIDDEN, GONE, TOO_LARGE = [], [], []
    # Errors of any call, and those of them that are about signatures.
    COMMON, SIGNATURE, WRONG_SIGNATURE = {}, [], ""
    # Values by name of a member, else by name of a shape. Kinds of things that a member, else a shape, identifies.
    WORDS, KINDS = {}, {}
    # How often members are there that need not be, where it is not every second time.
    OFTEN = {}
    # Deletions leave so many of a kind to an account, so that there is something to call for.
    KEPT = {}
    # How often the service is called, and its operations by their first words; who signs: `root`, or `user`.
    TURNS, CALLER = 1, "root"
    WEIGHTS = {"Create": 4, "Start": 4, "Delete": 5, "Get": 1.5, "List": 1.5}

    def __init__(self):
        loader = loaders.Loader()
        self.model = model.ServiceModel(loader.load_service_model(self.NAME, "service-2"), self.NAME)
        self.parser = parsers.create_parser(self.model.metadata["protocol"])
        names = OPERATIONS[self.NAME] or self.model.operation_names
        self.operations = [self.model.operation_model(name) for name in names]
        self.weights = [self.WEIGHTS.get(re.match("[A-Z][a-z]+", name)[0], 2) for name in names]
        try:
            pages = loader.load_service_model(self.NAME, "paginators-1")["pagination"]
        except exceptions.UnknownServiceError:
            pages = {}
        # How the lists of each operation are paged.
        self.pages = {name: page for name, page in pages.items() if name in names and isinstance(page["result_key"], str)}

    def words(self, name, shape):
        """Values that are plausible; none for any."""
        flags = [True, False] * (shape.type_name == "boolean")
        return self.WORDS.get(name) or self.WORDS.get(shape.name) or shape.metadata.get("enum") or flags

    def kinds(self, name, shape):
        """The kinds that a value identifies."""
        return self.KINDS.get(name) or self.KINDS.get(shape.name) or []

    def plausible(self, draw, operation, given):
        """An input whose members agree with each other, as the service demands beyond its model."""
        return given

    def find(self, call):
        """The operation that a call asks for as it is sent; `None` for none."""
        return next((each for each in self.operations if each.name == self.asked(call)), None)

    def is_wrong(self, call):
        """Whether the model forbids an input as the service reads it."""
        return bool(list(judge.mistakes(call.operation.input_shape, call.given)))

    def status(self, error):
        """The status that an error of the model has; `None` where the model has none."""
        shape = self.model.shape_for_error_code(error)
        if not shape:
            return self.COMMON.get(error)
        fallback = 500 if shape.metadata.get("fault") else 400
        return shape.metadata.get("error", {}).get("httpStatusCode", fallback)

    def errors(self, operation):
        """The errors that an operation may have."""
        own = operation.error_shapes if operation else []
        return [*self.COMMON, *(each.metadata.get("error", {}).get("code", each.name) for each in own)]

    def unknown(self, kind, region, account, number):
        return things.identifier(kind, region, account, number)
