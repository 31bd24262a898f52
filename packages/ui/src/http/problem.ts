/** What an API of ours says when it refuses: RFC 9457, with one entry per wrong field in `errors`. */
export interface Problem {
  readonly title: string
  /** The sentence to show; falls back to the title. */
  readonly detail: string
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  /** The whole document, for members that an API adds. */
  readonly members?: Readonly<Record<string, unknown>>
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a problem document out of whatever body came; undefined when it is none (a page of a proxy, say). */
export function readProblem(body: unknown): Problem | undefined {
  if (!isRecord(body)) return undefined
  const title = textOf(body.title)
  const detail = textOf(body.detail) ?? title
  if (detail === undefined) return undefined
  const errors = Array.isArray(body.errors) ? body.errors : []
  return {
    title: title ?? detail,
    detail,
    errors: errors.flatMap((entry: unknown) => {
      if (!isRecord(entry)) return []
      const message = textOf(entry.message)
      return message === undefined ? [] : [{ path: textOf(entry.path) ?? '', message }]
    }),
    members: body,
  }
}

/**
 * The messages by field name: the last part of each path, whether it is written `title`, `body.title` or `/title`.
 * The first message of a field wins.
 */
export function messagesByField(problem: Problem): Readonly<Record<string, string>> {
  const messages: Record<string, string> = {}
  for (const { path, message } of problem.errors) {
    const field = path.split(/[./]/).at(-1) ?? ''
    messages[field] ??= message
  }
  return messages
}
