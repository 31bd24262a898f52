import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HEX, messageOf } from '@terrace/kit'
import type { Authorizer } from '../identity/authorizer.ts'
import type { IssuedCredentials } from '../identity/credentials.ts'
import type { World } from '../world.ts'
import {
  type AwsApi,
  type Call,
  type Exchange,
  isAnnounced,
  isStreaming,
  type Operation,
  type OperationsApi,
  type PreparedOperation,
  type RegisteredApi,
} from './api.ts'
import { sha256Hex } from './canonical.ts'
import type { Channel } from './channel.ts'
import { AwsError, CommonError, InvalidInput, NotEmulated } from './errors.ts'
import { cborFailure } from './protocols/cbor.ts'
import type { Codec, WireAnswer } from './protocols/codec.ts'
import { isEventStream, type StreamedAnswer } from './protocols/event-stream.ts'
import { codecsOf } from './protocols/index.ts'
import { jsonFailure } from './protocols/json.ts'
import { ec2Failure, queryError, queryFailure } from './protocols/query.ts'
import { restJsonFailure, restXmlFailure } from './protocols/rest.ts'
import { s3Failure } from './protocols/s3-failure.ts'
import { readBody } from './read-body.ts'
import { checkBody, continueBody, type GatewayRequest, letThrough, readRequest } from './request.ts'
import { linkOwners, routeRequest } from './routing.ts'
import { type Claim, readSignature, type SignedClaim } from './signature.ts'
import { hasSignedChunks, verifiedChunks } from './signed-chunks.ts'
import { withoutStalls } from './stall.ts'
import { checkSkew, Verifier } from './verify.ts'

/** Longest body of a call that isn't S3's. Larger than any AWS has, smaller than what would hurt. */
const LONGEST_BODY = 16 * 1024 * 1024

interface Parts {
  readonly world: World
  readonly apis: readonly RegisteredApi[]
  readonly authorizer: Authorizer
}

type Dispatch = (message: IncomingMessage, response: ServerResponse, channel: Channel, secure: boolean) => Promise<void>

const longestBodyOf = (apis: readonly AwsApi[]): number =>
  Math.max(LONGEST_BODY, ...apis.map(api => (isStreaming(api) ? 0 : (api.longestBody ?? 0))))

/** Takes requests through their stations: admission, signature, caller, service, operation, permission, answer. */
export function dispatcher({ world, apis: registered, authorizer }: Parts): Dispatch {
  const verifier = new Verifier()
  const codecs = new Codecs()
  return async (message, response, channel, secure) => {
    const requestId = newRequestId(world)
    let failure: (error: AwsError, requestId: string) => WireAnswer = s3Failure
    try {
      const request = readRequest(message)
      failure = guessFailure(request)
      const refusal = channel.admit(request)
      const now = world.realtime.now()
      const claim = readSignature(request, now, failure === s3Failure)
      failure = guessFailure(request, claim)
      const { caller, key } = channel.callerOf(claim, secure)
      const proof = claim.kind === 'signed' && key ? { claim, key } : undefined
      if (proof) checkSkew(proof.claim, now)
      const call: Call = { ...caller, requestId, gone: goneSignal(response) }
      const opened = claim.kind === 'unsigned' ? await openLink(registered, request, requestId) : undefined
      if (opened) return send(response, opened)
      if (refusal) throw refusal
      const route = routeRequest(registered, request, claim)
      if (route.kind === 'unknown') throw new NotEmulated(`the service ${route.service}`)
      const apis = await Promise.all(route.apis.map(api => (isAnnounced(api) ? api.load() : api)))
      const streaming = apis.find(isStreaming)
      if (streaming) {
        checkBody(message, source => withoutStalls(source, world.realtime))
        if (proof) verifyStream(verifier, request, proof)
        return await streaming.handle({ ...call, request, response, claim, authorizer } satisfies Exchange)
      }
      continueBody(message, response)
      const raw = await readBody(message, longestBodyOf(apis), world.realtime)
      if (proof) verifier.verify(request, proof.claim, proof.key, sha256Hex(raw))
      const body = await unpack(request, raw)
      const chosen = codecs.choose(apis, request, body)
      failure = chosen.codec.failure
      await answer(response, await answerCall(chosen, request, body, call, claim, authorizer))
    } catch (thrown) {
      // Who has hung up, in the middle of an upload for instance, isn't waiting for an answer.
      if (response.destroyed) return
      const error = awsErrorOf(thrown, world, requestId)
      fail(response, withQueryError(failure(error, requestId), error, message), message)
    } finally {
      letThrough(message)
    }
  }
}

/** What a link leads to that needs no signature; nothing when it is no such link. */
async function openLink(
  apis: readonly RegisteredApi[],
  request: GatewayRequest,
  requestId: string,
): Promise<WireAnswer | undefined> {
  if (request.method !== 'GET') return undefined
  for (const owner of linkOwners(apis, request)) {
    const api = isAnnounced(owner) ? await owner.load() : owner
    const answer = isStreaming(api) ? undefined : await api.open?.(request, requestId)
    if (answer) return answer
  }
  return undefined
}

async function answerCall(
  { api, codec }: Chosen,
  request: GatewayRequest,
  body: Buffer,
  call: Call,
  claim: Claim,
  authorizer: Authorizer,
): Promise<WireAnswer | StreamedAnswer> {
  const { name, operation, input } = codec.read(request, body)
  if (!operation) {
    const because = api.refused && Object.hasOwn(api.refused, name) ? api.refused[name] : undefined
    throw new NotEmulated(`the operation ${name.slice(0, LONGEST_NAME) || '(none)'}`, because)
  }
  if (claim.kind === 'unsigned' && call.principal.kind === 'anonymous') {
    throw new CommonError('missingToken', 'Request is missing Authentication Token')
  }
  const prepared = prepare(operation, input, call, api)
  for (const access of prepared.access) authorizer.require(call, access)
  return codec.success(name, await prepared.run(), call.requestId)
}

function prepare(operation: Operation, input: unknown, call: Call, { invalidInput }: OperationsApi): PreparedOperation {
  try {
    return operation.prepare(input, call)
  } catch (error) {
    throw error instanceof InvalidInput && invalidInput !== undefined ? error.as(invalidInput) : error
  }
}

/** Longest part of a client's own text that an answer repeats. */
const LONGEST_NAME = 200

interface Chosen {
  readonly api: OperationsApi
  readonly codec: Codec
}

/** The codecs of the APIs, made once. */
class Codecs {
  readonly #of = new Map<OperationsApi, readonly Chosen[]>()

  choose(apis: readonly AwsApi[], request: GatewayRequest, body: Buffer): Chosen {
    const spoken = apis.flatMap(api => (isStreaming(api) ? [] : this.#codecsOf(api)))
    const chosen = spoken.find(({ codec }) => codec.accepts(request, body)) ?? spoken[0]
    if (!chosen) throw new NotEmulated('this service')
    return chosen
  }

  #codecsOf(api: OperationsApi): readonly Chosen[] {
    const known = this.#of.get(api)
    if (known) return known
    const made = codecsOf(api).map(codec => ({ api, codec }))
    this.#of.set(api, made)
    return made
  }
}

interface Proof {
  readonly claim: SignedClaim
  readonly key: IssuedCredentials
}

/** Verifies what comes before a body, and has the signatures of its chunks verified when it is read. */
function verifyStream(verifier: Verifier, request: GatewayRequest, { claim, key }: Proof): void {
  const inQuery = request.query.get('X-Amz-Content-Sha256')
  const payloadHash = request.header('x-amz-content-sha256') ?? inQuery ?? 'UNSIGNED-PAYLOAD'
  verifier.verify(request, claim, key, payloadHash)
  if (!hasSignedChunks(payloadHash)) return
  checkBody(request.message, source => verifiedChunks(source, claim, key, verifier))
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => response.writableFinished || gone.abort())
  return gone.signal
}

const gunzipAsync = promisify(gunzip)

async function unpack({ message }: GatewayRequest, body: Buffer): Promise<Buffer> {
  if (message.headers['content-encoding'] !== 'gzip') return body
  try {
    return await gunzipAsync(body, { maxOutputLength: LONGEST_BODY })
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid gzip.', { cause })
  }
}

/** The form of an error when no service is known yet: as the client that sent this would read it. */
function guessFailure(request: GatewayRequest, claim?: Claim): (error: AwsError, requestId: string) => WireAnswer {
  if (request.header('smithy-protocol') !== undefined) return cborFailure
  const type = request.header('content-type') ?? ''
  if (request.header('x-amz-target') !== undefined || type.startsWith('application/x-amz-json')) return jsonFailure
  const service = claim?.kind === 'signed' ? claim.service : 's3'
  if (type.startsWith('application/x-www-form-urlencoded') || request.query.has('Action')) {
    return service === 'ec2' ? ec2Failure : queryFailure
  }
  if (service === 's3') return s3Failure
  return service === 'route53' || service === 'cloudfront' ? restXmlFailure : restJsonFailure
}

function awsErrorOf(thrown: unknown, world: World, requestId: string): AwsError {
  if (thrown instanceof AwsError) return thrown
  if (thrown instanceof URIError) return new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.")
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  world.logs.write('control', 'gateway', `${requestId} ${stack}`)
  world.journal.write({
    kind: 'gateway.failed',
    message: `a call failed inside the local cloud: ${messageOf(thrown)}`,
    details: { requestId },
  })
  return new CommonError('internal', 'The request processing has failed because of an unknown error.', {
    cause: thrown,
  })
}

/** A stream ends when it has no more to say, or when the client has gone. */
async function answer(response: ServerResponse, { status, headers, body }: WireAnswer | StreamedAnswer): Promise<void> {
  if (!isEventStream(body)) return send(response, { status, headers, body })
  response.writeHead(status, headers)
  await pipeline(Readable.from(body), response)
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function fail(response: ServerResponse, answer: WireAnswer, message: IncomingMessage): void {
  // With the head gone there is no way left to say it but to cut the connection.
  if (response.headersSent) return void response.destroy()
  // What was promised after 100-continue may or may not come; anything else is on its way and is let through.
  const unsent = message.headers.expect !== undefined && !message.readableEnded
  send(response, unsent ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer)
}

// Clients of a service that once spoke Query ask for its old code beside the new one. smithy.io "AWS query compatible".
function withQueryError(answer: WireAnswer, error: AwsError, { headers }: IncomingMessage): WireAnswer {
  if (headers['x-amzn-query-mode'] !== 'true') return answer
  const { code, type } = queryError(error)
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};${type}` } }
}

/** In the form of a UUID; S3 takes 16 digits of it. */
function newRequestId({ random }: World): string {
  const digits = random.text(32, HEX)
  return [8, 12, 16, 20, 32].map((end, i, ends) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}
