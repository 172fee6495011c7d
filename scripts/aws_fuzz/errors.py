"""Errors that any call of a service may have, with their statuses where its model has no shape for them. Those of 5xx are
never right: a call is refused, or done.
"""

# Source: VPC Lattice API reference, "Common Errors", with the names that AWS's endpoints send for signatures.
REST_SIGNATURE = ["ExpiredTokenException", "IncompleteSignatureException", "InvalidSignatureException"]
REST_SIGNATURE += ["MissingAuthenticationTokenException", "UnrecognizedClientException"]
REST = dict.fromkeys([*REST_SIGNATURE, "AccessDeniedException"], 403)
REST |= {"ThrottlingException": 429, "UnknownOperationException": 404, "ValidationException": 400}
REST |= {"MalformedHttpRequestException": 400, "RequestEntityTooLargeException": 413, "RequestTimeoutException": 408}

# Source: Resource Groups Tagging API reference, "Common Errors"; Smithy, "AWS JSON 1.1 protocol": all are 400.
TAGGING = dict.fromkeys([*REST_SIGNATURE, "AccessDeniedException", "UnknownOperationException", "SerializationException"], 400)
TAGGING |= {"RequestTimeoutException": 408}

# Source: ACM API reference, "Common Errors". Its model has the error of wrong fields for lists alone.
ACM = TAGGING | dict.fromkeys(["ThrottlingException", "ValidationException"], 400)

# Source: STS and IAM API references, "Common Errors".
QUERY_SIGNATURE = ["ExpiredToken", "IncompleteSignature", "InvalidClientTokenId", "MissingAuthenticationToken", "SignatureDoesNotMatch"]
QUERY = dict.fromkeys([*QUERY_SIGNATURE, "AccessDenied"], 403)
QUERY |= dict.fromkeys(["IncompleteSignature", "InvalidAction", "MalformedQueryString", "Throttling", "ValidationError"], 400)
QUERY |= {"RequestTimeout": 408}
# Source: STS API reference, "Common Errors"; what STS answers where tags conflict with those of the calling session.
STS = QUERY | {"InvalidParameterValue": 400}

# EC2's model has no errors. Source: EC2 API reference, "Error codes for the Amazon EC2 API": client errors common to all
# actions, and those for specific actions of VPCs and security groups. AWS documents no statuses beside 400; these are what
# its endpoints send.
EC2_SIGNATURE = ["AuthFailure", "RequestExpired"]
EC2 = {"AuthFailure": 401, "RequestExpired": 400, "UnauthorizedOperation": 403, "DryRunOperation": 412, "RequestTimeout": 408}
EC2_COMMON = """InvalidAction InvalidParameter InvalidParameterCombination InvalidParameterValue MalformedQueryString MissingAction
MissingParameter UnknownParameter UnsupportedOperation FilterLimitExceeded"""
EC2_SPECIFIC = """DependencyViolation InvalidGroup.Duplicate InvalidGroup.NotFound InvalidGroupId.Malformed InvalidPermission.Duplicate
InvalidPermission.NotFound InvalidSecurityGroupRuleId.NotFound InvalidVpc.Range InvalidVpcID.Malformed InvalidVpcID.NotFound
RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded VPCIdNotSpecified VpcLimitExceeded"""
EC2 |= dict.fromkeys([*EC2_COMMON.split(), *EC2_SPECIFIC.split()], 400)
