import type { Operation, OperationsProtocol } from '../api.ts'
import {
  type AwsError,
  CommonError,
  EC2_NAMES,
  type ErrorShape,
  InvalidInput,
  type InvalidMember,
  MalformedMember,
  shapeOf,
  XML_NAMES,
} from '../errors.ts'
import type { GatewayRequest } from '../request.ts'
import { writeXml } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'
import { readForm } from './form.ts'

/** The Query protocol of SNS, STS, Auto Scaling, RDS, ELB … and its sister of EC2. */
type Dialect = Extract<OperationsProtocol, { kind: 'query' | 'ec2' }>

/** @see smithy.io "AWS query protocol", "AWS EC2 query protocol" */
export function queryCodec(dialect: Dialect, operations: readonly Operation[]): Codec {
  const ec2 = dialect.kind === 'ec2'
  const itemNames = dialect.kind === 'query' ? (dialect.itemNames ?? []) : []
  return {
    accepts(request, body) {
      if (request.header('x-amz-target') !== undefined || request.header('smithy-protocol') !== undefined) return false
      const form = formOf(request, body)
      return form.has('Action') && (form.get('Version') ?? dialect.version) === dialect.version
    },
    read(request, body) {
      const form = formOf(request, body)
      const name = form.get('Action') ?? ''
      const known = (form.get('Version') ?? dialect.version) === dialect.version
      for (const taken of ['Action', 'Version']) form.delete(taken)
      const operation = known ? operations.find(each => each.name === name) : undefined
      return { name, operation, input: readForm(form, itemNames) }
    },
    success(name, output, requestId) {
      const content = ec2
        ? { requestId, ...Object(output) }
        : { [`${name}Result`]: output ?? undefined, ResponseMetadata: { RequestId: requestId } }
      return xmlAnswer(200, writeXml(`${name}Response`, content, ec2 ? 'item' : 'member', dialect.namespace), requestId)
    },
    failure: (error, requestId) =>
      ec2 ? ec2Failure(error, requestId) : queryFailure(error, requestId, dialect.namespace),
  }
}

/** Far more than any call of AWS has; each takes a hundred times its bytes once it is read. */
const MOST_PARAMETERS = 20_000

function hasMore(body: Buffer, most: number): boolean {
  let at = -1
  for (let found = 0; found <= most; found++) {
    at = body.indexOf(AMPERSAND, at + 1)
    if (at < 0) return false
  }
  return true
}

const AMPERSAND = 0x26

/** The form in the body of a POST, in the query of a GET. */
export function formOf(request: GatewayRequest, body: Buffer): URLSearchParams {
  if (request.method === 'POST' && hasMore(body, MOST_PARAMETERS)) {
    throw new CommonError('malformedBody', `The request has more than ${MOST_PARAMETERS} parameters.`)
  }
  return new URLSearchParams(request.method === 'POST' ? body.toString('utf8') : request.query)
}

/** An error of the Query protocol; also the answer when only the form of the request is known. */
export function queryFailure(error: AwsError, requestId: string, namespace?: string): WireAnswer {
  const { code, status, type } = queryError(error)
  const content = { Error: { Type: type, Code: code, Message: error.message }, RequestId: requestId }
  return xmlAnswer(status, writeXml('ErrorResponse', content, 'member', namespace), requestId, error.headers)
}

/** An error as the Query protocol names it, and whose fault it is. */
export function queryError(error: AwsError): ErrorShape & { readonly type: 'Receiver' | 'Sender' } {
  const { code, status } =
    error instanceof CommonError ? XML_NAMES[error.failure] : { code: error.queryCode, status: error.status }
  return { code, status, type: status < 500 ? 'Sender' : 'Receiver' }
}

/** An error of EC2; also the answer when only the form of the request is known. */
export function ec2Failure(error: AwsError, requestId: string): WireAnswer {
  const { code, status } = ec2Shape(error)
  const content = { Errors: { Error: { Code: code, Message: ec2Message(error) } }, RequestID: requestId }
  return xmlAnswer(status, writeXml('Response', content, 'item'), requestId, error.headers)
}

function ec2Shape(error: AwsError): ErrorShape {
  if (error instanceof MalformedMember) return EC2_NAMES.invalidInput
  const isMissing = error instanceof InvalidInput && error.members[0]?.kind === 'missing'
  return isMissing ? { code: 'MissingParameter', status: 400 } : shapeOf(error, EC2_NAMES)
}

/** EC2 words some of what all services share its own way. Source: EC2 API Reference "Error codes". */
function ec2Message(error: AwsError): string {
  if (!(error instanceof CommonError)) return error.message
  if (error instanceof MalformedMember) return ec2Invalid(error.member)
  if (error instanceof InvalidInput && error.members[0]) return ec2Invalid(error.members[0])
  switch (error.failure) {
    case 'accessDenied':
      return `You are not authorized to perform this operation. ${error.message}`
    case 'expiredToken':
    case 'skewed':
      return 'Request has expired.'
    case 'invalidToken':
    case 'unknownKey':
      return 'AWS was not able to validate the provided access credentials'
    default:
      return error.message
  }
}

function ec2Invalid({ kind, parameter, value, constraint }: InvalidMember): string {
  return kind === 'missing'
    ? `The request must contain the parameter ${parameter}`
    : `Value (${value ?? ''}) for parameter ${parameter} is invalid. ${constraint}`
}

function xmlAnswer(
  status: number,
  body: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, ...headers }, body }
}
