import { createRequire } from 'node:module'

/** What llhttp calls while it reads; positions are addresses in its own memory. */
export interface ParserCallbacks {
  onUrl(at: number, length: number): number
  onHeaderField(at: number, length: number): number
  onHeaderValue(at: number, length: number): number
  onHeadersComplete(status: number, upgrade: boolean, keepAlive: boolean): number
  onBody(at: number, length: number): number
  onMessageComplete(): number
}

/** The exports of llhttp's WebAssembly build that we use. */
export interface Llhttp {
  readonly memory: WebAssembly.Memory
  llhttp_alloc(type: number): number
  llhttp_free(parser: number): void
  llhttp_execute(parser: number, at: number, length: number): number
  llhttp_finish(parser: number): number
  llhttp_resume(parser: number): void
  llhttp_resume_after_upgrade(parser: number): void
  llhttp_get_error_pos(parser: number): number
  llhttp_get_error_reason(parser: number): number
  llhttp_get_method(parser: number): number
  llhttp_get_http_major(parser: number): number
  llhttp_get_http_minor(parser: number): number
  malloc(size: number): number
  free(at: number): void
}

export const REQUEST = 1
export const RESPONSE = 2

/** What a callback returns to stop the parser where it is, and what `llhttp_execute` then answers. */
export const PAUSED = 21
export const PAUSED_UPGRADE = 22

const parsers = new Map<number, ParserCallbacks>()
const require = createRequire(import.meta.url)

/** Which parser's callbacks belong to an address; one table, since llhttp's module calls back without a context. */
export const registerParser = (at: number, callbacks: ParserCallbacks): void => void parsers.set(at, callbacks)
export const forgetParser = (at: number): boolean => parsers.delete(at)

/** llhttp as it ships inside the pinned `undici`: the same parser that Node itself uses, strict. */
export const llhttp: Llhttp = instantiate()

/** Method names by llhttp's number. */
export const METHODS: readonly string[] = methodNames()

function instantiate(): Llhttp {
  const module = new WebAssembly.Module(require('undici/lib/llhttp/llhttp_simd-wasm.js'))
  const callbacksOf = (at: number): ParserCallbacks => {
    const callbacks = parsers.get(at)
    if (!callbacks) throw new Error(`llhttp called back for the unknown parser ${at}`)
    return callbacks
  }
  const instance = new WebAssembly.Instance(module, {
    env: {
      wasm_on_message_begin: () => 0,
      wasm_on_status: () => 0,
      wasm_on_url: (parser: number, at: number, length: number) => callbacksOf(parser).onUrl(at, length),
      wasm_on_header_field: (parser: number, at: number, length: number) =>
        callbacksOf(parser).onHeaderField(at, length),
      wasm_on_header_value: (parser: number, at: number, length: number) =>
        callbacksOf(parser).onHeaderValue(at, length),
      wasm_on_headers_complete: (parser: number, status: number, upgrade: number, keepAlive: number) =>
        callbacksOf(parser).onHeadersComplete(status, upgrade === 1, keepAlive === 1),
      wasm_on_body: (parser: number, at: number, length: number) => callbacksOf(parser).onBody(at, length),
      wasm_on_message_complete: (parser: number) => callbacksOf(parser).onMessageComplete(),
    },
  })
  return instance.exports as object as Llhttp
}

function methodNames(): readonly string[] {
  const { METHODS: byName } = require('undici/lib/llhttp/constants.js') as { METHODS: Record<string, number> }
  const names: string[] = []
  for (const [name, number] of Object.entries(byName)) names[number] = name
  return names
}
