import type { ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Access, Authorizer, Caller } from '../identity/authorizer.ts'
import { type AcceptedMember, acceptedMembers, decided } from './accepted.ts'
import type { WireAnswer } from './protocols/codec.ts'
import type { GatewayRequest } from './request.ts'
import type { RestAnswer } from './rest-answer.ts'
import type { Claim } from './signature.ts'
import { refusalOf } from './validation.ts'

export { accepted, decided } from './accepted.ts'

/**
 * How a service answers over AWS's protocols: a protocol and a table of operations, or, for S3 whose bodies are streams, a
 * handler of its own.
 */
export type AwsApi = OperationsApi | StreamingApi

/** An API whose code is loaded with its first call. */
export interface AnnouncedApi {
  readonly signingName: string
  readonly hostNames?: readonly string[]
  /** What stands before the operation in `X-Amz-Target`. */
  readonly target?: string
  load(): Promise<AwsApi>
  /** The API when its code is loaded already. */
  loaded?(): AwsApi | undefined
}

/** What the gateway answers for. */
export type RegisteredApi = AwsApi | AnnouncedApi

/** Whether the code of an API is still to be loaded. */
export const isAnnounced = (api: RegisteredApi): api is AnnouncedApi => 'load' in api

export type OperationsApi = SpokenApi & {
  /** As in a signature's scope and in the host name's first part, unless `hostNames` says otherwise. */
  readonly signingName: string
  /** What its host names begin with, when that is something else: `email` for SES, `api.ecr` for ECR. */
  readonly hostNames?: readonly string[]
  readonly operations: readonly Operation[]
  /** Operations that are refused for a reason worth saying: name → why, and what to do instead. */
  readonly refused?: Readonly<Record<string, string>>
  /** The code for an input that doesn't fit its shape, where it isn't the protocol's: `InvalidParameterException` for ECS. */
  readonly invalidInput?: string
  /**
   * Answers a link that anybody may open with GET, without a signature, as those in mails; nothing when it is none of this
   * service. Never throws. A web browser may open these, and nothing else.
   */
  open?(request: GatewayRequest, requestId: string): Promise<WireAnswer | undefined>
  /** Longest body of a call, bytes, where 16 MiB are not enough: SES takes messages of 40 MiB in base64. */
  readonly longestBody?: number
}

/** One protocol, or several: CloudWatch speaks CBOR, JSON and Query, and answers each request in its own. */
type SpokenApi =
  | { readonly protocol: OperationsProtocol; readonly protocols?: undefined }
  | { readonly protocols: readonly [OperationsProtocol, ...OperationsProtocol[]]; readonly protocol?: undefined }

/** Every protocol that an API answers in; the first is the one for requests that fit none. */
export const protocolsOf = (api: OperationsApi): readonly OperationsProtocol[] => api.protocols ?? [api.protocol]

/** Whether an API answers requests as streams of its own. */
export const isStreaming = (api: RegisteredApi): api is StreamingApi => 'handle' in api

export interface StreamingApi {
  readonly signingName: string
  readonly protocol: { readonly kind: 'streaming' }
  /** Headers and parameters that its operations take and that change nothing here, by operation. */
  readonly withoutEffect?: Readonly<Record<string, readonly AcceptedMember[]>>
  /** Answers the request whatever it is; what it throws before the head is sent is answered as an error of S3. */
  handle(exchange: Exchange): Promise<void>
}

/** @see smithy.io "AWS Protocols" */
export type OperationsProtocol =
  /** `X-Amz-Target: <target>.<operation>`, JSON in and out. */
  | { readonly kind: 'json'; readonly version: '1.0' | '1.1'; readonly target: string }
  /** A form with `Action` and `Version`, XML out; lists are `X.member.1`, or `X.<itemName>.1` for RDS. */
  | {
      readonly kind: 'query'
      readonly version: string
      readonly namespace: string
      readonly itemNames?: readonly string[]
    }
  /** As `query`, with lists as `X.1` and `<item>`. */
  | { readonly kind: 'ec2'; readonly version: string; readonly namespace: string }
  /** `POST /service/<service>/operation/<operation>`, CBOR in and out (CloudWatch). */
  | { readonly kind: 'rpc-v2-cbor'; readonly service: string }
  /** Method and path, JSON in and out; each operation has a `route`. */
  | { readonly kind: 'rest-json' }
  /** Method and path, XML in and out (Route 53, CloudFront); each operation has a `route`. */
  | { readonly kind: 'rest-xml'; readonly namespace: string }

/** One call in flight. */
export interface Call extends Caller {
  readonly requestId: string
  /** Aborted when the client hangs up before it has its answer: nobody waits for a long poll any more. */
  readonly gone: AbortSignal
}

/** One request to a streaming API. */
export interface Exchange extends Call {
  readonly request: GatewayRequest
  readonly response: ServerResponse
  readonly claim: Claim
  readonly authorizer: Authorizer
}

/** What the author of an operation writes. */
export interface OperationSpec<Schema extends z.ZodType> {
  /** As AWS spells it: `GetSecretValue`. */
  readonly name: string
  /** REST protocols alone: `GET /2013-04-01/hostedzone/{Id}`; `{Name+}` takes slashes too. */
  readonly route?: string
  /** The shape of the input in AWS's words. Use `shape` so that nothing that isn't implemented is ignored in silence. */
  readonly input: Schema
  /** The permissions the call needs; none for calls that everybody may make. */
  readonly authorize: (input: z.output<Schema>, call: Call) => Access | readonly Access[]
  /**
   * The answer in AWS's words. REST-XML answers have one member: the root element. JSON alone: an async iterable is the bytes
   * of an event stream, which is ended when the client has gone.
   */
  readonly run: (input: z.output<Schema>, call: Call) => unknown
}

/** What of an operation of REST-JSON lies outside of a JSON body. @see smithy.io "HTTP binding traits" */
export interface HttpBinding {
  /** Header fields that are members of the input, in lower case: field → member. */
  readonly headers?: Readonly<Record<string, string>>
  /** The member of the input that is the body itself, as bytes. */
  readonly payload?: string
  /** The answer, where it isn't 200 with the output. */
  readonly answer?: (output: unknown) => RestAnswer
}

/** An operation as the protocol layer sees it: its input is validated before anything else happens. */
export interface Operation {
  readonly name: string
  readonly route: string | undefined
  readonly http?: HttpBinding
  /** The shape of its input. */
  readonly input: z.ZodType
  /** @throws InvalidInput, MalformedMember, NotEmulated */
  prepare(input: unknown, call: Call): PreparedOperation
}

export interface PreparedOperation {
  readonly access: readonly Access[]
  run(): Promise<unknown>
}

/** One entry of a service's table: name, input, permissions, and what it does. */
export function operation<Schema extends z.ZodType>(spec: OperationSpec<Schema>): Operation {
  return {
    name: spec.name,
    route: spec.route,
    input: spec.input,
    prepare(raw, call) {
      const parsed = spec.input.safeParse(raw)
      if (!parsed.success) throw refusalOf(spec.name, parsed.error, raw)
      const access = spec.authorize(parsed.data, call)
      return {
        access: 'action' in access ? [access] : access,
        run: async () => await spec.run(parsed.data, call),
      }
    },
  }
}

/** The members of an operation's input that are accepted without effect. */
export const withoutEffect = (each: Operation): readonly AcceptedMember[] => acceptedMembers(each.input)

/** The members an operation understands. Any other one is refused by name instead of being ignored. */
export const shape = <Members extends z.ZodRawShape>(members: Members) => z.strictObject(members)

/** A number that the Query protocols send as text. */
export const wireInteger = () =>
  z.union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/, 'must be a whole number')
      .transform(Number),
  ])

/** A truth value that the Query protocols send as text. */
export const wireBoolean = () =>
  z.union([z.boolean(), z.enum(['true', 'false'], 'must be true or false').transform(text => text === 'true')])

/** A number with a fraction, which the Query protocols send as text. */
export const wireNumber = () =>
  z.union([
    z.number(),
    z
      .string()
      .regex(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, 'must be a number')
      .transform(Number),
  ])

/** A moment, in milliseconds since 1970: JSON and CBOR send seconds, the Query protocols ISO 8601. */
export const wireTime = () =>
  z.union([
    z.number().transform(secondsSince => secondsSince * 1000),
    z
      .string()
      .refine(text => !Number.isNaN(Date.parse(text)), 'must be a moment such as 2026-11-22T09:30:00Z')
      .transform(text => Date.parse(text)),
  ])

/**
 * A list in any protocol; the Query protocols send an empty one as an empty text.
 * @param most  items at most
 */
export const wireList = <Item extends z.ZodType>(item: Item, most = Number.POSITIVE_INFINITY) =>
  z.union([z.array(item).max(most), z.literal('').transform((): z.output<Item>[] => [])])

/**
 * A member of which one of AWS's values is carried out here: the others are refused as not emulated, not as invalid.
 *
 * @param what  what the others ask for: `any other launch type than FARGATE`
 */
export const onlyOne = (value: string, others: readonly string[], what: string) =>
  decided(
    z
      .enum([value, ...others])
      .refine(given => given === value, { params: { notEmulated: what } })
      .optional(),
  )

/** A switch that can't be on here. @param what  what it asks for: `ECS Exec` */
export const onlyOff = (what: string) =>
  decided(
    wireBoolean()
      .refine(on => !on, { params: { notEmulated: what } })
      .optional(),
  )
