"""What chance gives for one call."""

import random
import re

from . import judge, things


class Draw(random.Random):
    """What chance gives for one call. How often it is asked does not depend on what there is in the cluster."""

    def __init__(self, run, service, seed, account):
        super().__init__(seed)
        self.region, self.service, self.things, self.is_deletion = run.ready["region"], service, run.things, False
        self.own, self.other = (run.ready["accounts"][index]["id"] for index in (account, account - 1))
        self.vpc = next(vpc["id"] for vpc in run.ready["vpcs"] if vpc["account"] == self.own)

    def unknown(self, kinds):
        return kinds and things.identifier(self.choice(kinds), self.region, self.own, self.getrandbits(48))

    def thing(self, kinds):
        """An identifier, mostly of what is there and the caller's."""
        kind, place, at = self.choice(kinds), self.random(), self.random()
        unknown = self.unknown([kind])
        with self.things.lock:
            own, other = self.things.live[kind, self.own], self.things.live[kind, self.other]
            kept = self.service.KEPT.get(kind, 4) if self.is_deletion else 0
            found = other if place > 0.95 else own if place < 0.88 and len(own) > kept else []
        return found[int(at * len(found))] if found else unknown

    def identifier(self, shape, arn):
        """The ARN or the id, where the shape is of both."""
        tail = arn.rsplit("/", 1)[-1] if "pattern" in shape.metadata and ":vpc-lattice:" in arn else arn
        return arn if self.random() < 0.4 or list(judge.mistakes(shape, tail)) else tail

    def given(self, operation):
        """The input of a call."""
        self.is_deletion = operation.name.startswith("Delete")
        members, arns = operation.input_shape.members, {}
        for name in reversed(re.findall(r"\{(\w+)\}", operation.http["requestUri"])):
            # Labels before the last are mostly what that belongs to.
            kinds, chance, last = self.service.kinds(name, members[name]), self.random(), next(iter(arns.values()), "")
            parent, thing = re.match(rf".*/{kinds[0]}-[0-9a-z]{{17}}", last), self.thing(kinds)
            arns[name] = parent[0] if parent and chance < 0.95 else thing
        labels = {name: self.identifier(members[name], arn) for name, arn in arns.items()}
        given = self.members(operation.input_shape, labels)
        return self.service.plausible(self, operation.name, given) if self.random() < 0.8 else given

    def members(self, shape, given):
        if shape.metadata.get("union"):
            # The first less often: a target group is of one service, not every action can forward.
            name = self.choice([*shape.members, *list(shape.members)[1:]])
            return {name: self.value(shape.members[name], name)}
        for name, member in shape.members.items():
            usual = self.service.OFTEN.get(name, 0.3 if "location" in member.serialization else 0.5)
            if name not in given and (name in shape.required_members or self.random() < usual):
                given[name] = self.value(member, name)
        return given

    def value(self, shape, name=""):
        """A value of the member of a name."""
        limits, chance = shape.metadata, self.random()
        least, most = limits.get("min", 0), limits.get("max", 100)
        few = most if chance < 0.01 else self.randint(least, min(most, least + 2))
        match shape.type_name:
            case "list":
                return [self.value(shape.member, name) for _ in range(few)]
            case "map":
                return {self.value(shape.key): self.value(shape.value) for _ in range(few)}
            case "structure":
                return self.members(shape, {})
        words = self.service.words(name, shape)
        if shape.name == "VpcId" and not self.service.kinds(name, shape):
            return self.vpc if self.random() < 0.9 else "vpc-00000000"
        if name in things.TOKENS:
            return self.choice(self.things.tokens[self.service.NAME][-5:]) or "forged"
        if words:
            return self.choice(words)
        if kinds := self.service.kinds(name, shape):
            return self.identifier(shape, self.thing(kinds))
        if shape.type_name in ("integer", "long"):
            return self.choice([least, most, *(self.randint(least, most) for _ in range(4))])
        letters = "abcdefghijklmnopqrstuvwxyz0123456789" + ("" if "pattern" in limits else "-_ .\"äΩ😀\r\x01")
        few = most if chance < 0.02 else self.randint(max(least, min(most, 8)), max(least, min(most, 12)))
        return "".join(self.choices(letters, k=few))
