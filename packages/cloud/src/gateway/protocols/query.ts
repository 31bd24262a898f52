import type { OperationsApi } from '../api.ts'
import { type AwsError, EC2_NAMES, shapeOf, XML_NAMES } from '../errors.ts'
import type { GatewayRequest } from '../request.ts'
import { writeXml } from '../xml.ts'
import type { Codec, WireAnswer } from './codec.ts'
import { readForm } from './form.ts'

/** The Query protocol of SNS, STS, Auto Scaling, RDS, ELB … and its sister of EC2. */
type Dialect = Extract<OperationsApi['protocol'], { kind: 'query' | 'ec2' }>

/** @see smithy.io "AWS query protocol", "AWS EC2 query protocol" */
export function queryCodec(dialect: Dialect, operations: OperationsApi['operations']): Codec {
  const ec2 = dialect.kind === 'ec2'
  const itemNames = dialect.kind === 'query' ? (dialect.itemNames ?? []) : []
  return {
    accepts(request, body) {
      const form = formOf(request, body)
      return form.has('Action') && (form.get('Version') ?? dialect.version) === dialect.version
    },
    read(request, body) {
      const form = formOf(request, body)
      const name = form.get('Action') ?? ''
      for (const taken of ['Action', 'Version']) form.delete(taken)
      return { name, operation: operations.find(each => each.name === name), input: readForm(form, itemNames) }
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

/** The form in the body of a POST, in the query of a GET. */
export function formOf(request: GatewayRequest, body: Buffer): URLSearchParams {
  return new URLSearchParams(request.method === 'POST' ? body.toString('utf8') : request.query)
}

/** An error of the Query protocol; also the answer when only the form of the request is known. */
export function queryFailure(error: AwsError, requestId: string, namespace?: string): WireAnswer {
  const { code, status } = shapeOf(error, XML_NAMES)
  const type = status < 500 ? 'Sender' : 'Receiver'
  const content = { Error: { Type: type, Code: code, Message: error.message }, RequestId: requestId }
  return xmlAnswer(status, writeXml('ErrorResponse', content, 'member', namespace), requestId, error.headers)
}

function ec2Failure(error: AwsError, requestId: string): WireAnswer {
  const { code, status } = shapeOf(error, EC2_NAMES)
  const content = { Errors: { Error: { Code: code, Message: error.message } }, RequestID: requestId }
  return xmlAnswer(status, writeXml('Response', content, 'item'), requestId, error.headers)
}

function xmlAnswer(
  status: number,
  body: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId, ...headers }, body }
}
