import type { IncomingMessage, ServerResponse } from 'node:http'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchemaCompiler,
  FastifyTypeProvider,
  RawServerDefault,
} from 'fastify'
import type { z } from 'zod'
import { invalid } from './problem.ts'

/** Types of a route's input and output, from its Zod schemas. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  readonly validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown
  readonly serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown
}

/** A Fastify server whose routes are described by Zod schemas. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

declare module 'fastify' {
  interface FastifySchema {
    /** One line for the API's description. */
    readonly summary?: string
    /** The group that it is listed under. */
    readonly tags?: readonly string[]
    /** The refusals it may answer with, besides those of its input. */
    readonly problems?: readonly number[]
    /** Media types of a body that is a file, where there is no schema of it. */
    readonly consumes?: readonly string[]
  }
}

/** Checks one part of a request. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (value: unknown) => {
    const result = schema.safeParse(value)
    if (result.success) return { value: result.data }
    if (httpPart === 'body' && (value === undefined || value === null))
      return { error: invalid([{ path: '', message: 'the request needs a JSON body' }]) }
    return { error: invalid(result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))) }
  }
}

// Answers are not checked at run time: their types are. Text beats a generated serializer for rows of short strings.
export const serializerCompiler = () => (value: unknown) => JSON.stringify(value)
