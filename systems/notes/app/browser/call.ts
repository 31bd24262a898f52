/** How an action ended. */
export type Outcome =
  | { readonly kind: 'done' }
  /** The server, or the way to it, is away: the same may work later. */
  | { readonly kind: 'away' }
  | { readonly kind: 'refused'; readonly detail: string; readonly errors: readonly FieldError[] }

export interface FieldError {
  readonly path: string
  readonly message: string
}

/** How long an answer may take, milliseconds. */
const PATIENCE = 15_000

/** Calls the API of the notes. Never throws. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  try {
    const response = await fetch(path, {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (response.ok) return { kind: 'done' }
    if (response.status >= 500 || response.status === 408 || response.status === 429) return { kind: 'away' }
    const problem = (await response.json()) as { readonly detail?: string; readonly errors?: readonly FieldError[] }
    return { kind: 'refused', detail: problem.detail ?? '', errors: problem.errors ?? [] }
  } catch {
    return { kind: 'away' }
  }
}
