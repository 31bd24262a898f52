/** How AWS refused a call, as any client sees it. */
export interface Failure {
  /** The error code, such as `InvalidVpcID.NotFound`. */
  readonly code: string
  readonly status: number
  readonly message: string
  readonly requestId: string
}

/** Code, status and message of a call that must fail. @throws when it doesn't, or fails before it was answered */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error === undefined) throw new Error('the call did not fail')
  if (!(error instanceof Error)) throw error
  const { httpStatusCode, requestId } = metadataOf(error)
  if (typeof httpStatusCode !== 'number') throw error
  return { code: error.name, status: httpStatusCode, message: error.message, requestId: String(requestId) }
}

function metadataOf(error: Error): Readonly<Record<string, unknown>> {
  const metadata: unknown = Reflect.get(error, '$metadata')
  return typeof metadata === 'object' && metadata !== null ? { ...metadata } : {}
}
