import * as z from 'zod'
import { statusText } from './status-text.ts'

/** One thing that is wrong with a request: `path` is the field's name, the parameter's, or empty for the whole. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

/** What a refusal may have besides its sentence. */
export interface ProblemDetails {
  readonly errors?: readonly FieldProblem[]
  readonly headers?: Readonly<Record<string, string>>
  /** Members of the document that are this kind of refusal's own, such as what is out of stock. */
  readonly members?: Readonly<Record<string, unknown>>
}

/**
 * A refusal that the client sees, as a problem document.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class Problem extends Error {
  readonly status: number
  readonly errors: readonly FieldProblem[] | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly members: Readonly<Record<string, unknown>>

  /** @param detail  a sentence for people, without a full stop */
  constructor(status: number, detail: string, more: ProblemDetails = {}) {
    super(detail)
    this.name = 'Problem'
    this.status = status
    this.errors = more.errors
    this.headers = more.headers ?? {}
    this.members = more.members ?? {}
  }
}

/** What was asked for isn't there (404). */
export const notFound = (detail: string): Problem => new Problem(404, detail)

/** The request is sound but contradicts the present state (409). */
export const conflict = (detail: string, errors?: readonly FieldProblem[]): Problem =>
  new Problem(409, detail, errors ? { errors } : {})

/** The values don't fit (422). */
export const invalid = (errors: readonly FieldProblem[]): Problem =>
  new Problem(422, errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '), { errors })

/** Comes back by itself; the client may try again (503). */
export const unavailable = (detail: string): Problem => new Problem(503, detail, { headers: { 'retry-after': '1' } })

export const PROBLEM_TYPE = 'application/problem+json'

/** A refusal as a document. `type` is `about:blank`: the status says which kind it is. */
export const problemDocument = (problem: Problem): z.output<typeof problemSchema> => ({
  type: 'about:blank',
  title: statusText(problem.status),
  status: problem.status,
  detail: problem.message,
  ...(problem.errors ? { errors: [...problem.errors] } : {}),
  ...problem.members,
})

/** The body of a refusal. */
export const problemBody = (problem: Problem): string => JSON.stringify(problemDocument(problem))

/** The shape of a refusal, for the API's own description. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong, for people'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with which field'),
  })
  .meta({ id: 'Problem', description: 'A refusal, as a problem document (RFC 9457)' })
