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

const require = createRequire(import.meta.url)

/** llhttp as it ships inside the pinned `undici`: the same parser that Node itself uses, strict. */
export const llhttp: Llhttp = instantiate()

/** Method names by llhttp's number. */
export const METHODS: readonly string[] = methodNames()

// llhttp's module calls back without a context: whose bytes it reads is known while it reads them.
let reading: ParserCallbacks | undefined

function current(): ParserCallbacks {
  if (!reading) throw new Error('llhttp called back while it read nothing')
  return reading
}

/** Reads bytes that are in the module's memory, and calls these callbacks meanwhile. A callback may read for another. */
export function execute(callbacks: ParserCallbacks, parser: number, at: number, length: number): number {
  const outer = reading
  reading = callbacks
  try {
    return llhttp.llhttp_execute(parser, at, length)
  } finally {
    reading = outer
  }
}

/** Tells a parser that nothing more comes, and calls these callbacks meanwhile. */
export function finish(callbacks: ParserCallbacks, parser: number): number {
  const outer = reading
  reading = callbacks
  try {
    return llhttp.llhttp_finish(parser)
  } finally {
    reading = outer
  }
}

let memory = new Uint8Array(0)

/** Copies bytes into the module's memory. @returns their address, to be given to `llhttp.free` */
export function copyIn(bytes: Uint8Array): number {
  const at = llhttp.malloc(bytes.length)
  // It is another buffer after each growth.
  if (memory.buffer !== llhttp.memory.buffer) memory = new Uint8Array(llhttp.memory.buffer)
  memory.set(bytes, at)
  return at
}

function instantiate(): Llhttp {
  const module = new WebAssembly.Module(require('undici/lib/llhttp/llhttp_simd-wasm.js'))
  const instance = new WebAssembly.Instance(module, {
    env: {
      wasm_on_message_begin: () => 0,
      wasm_on_status: () => 0,
      wasm_on_url: (_parser: number, at: number, length: number) => current().onUrl(at, length),
      wasm_on_header_field: (_parser: number, at: number, length: number) => current().onHeaderField(at, length),
      wasm_on_header_value: (_parser: number, at: number, length: number) => current().onHeaderValue(at, length),
      wasm_on_headers_complete: (_parser: number, status: number, upgrade: number, keepAlive: number) =>
        current().onHeadersComplete(status, upgrade === 1, keepAlive === 1),
      wasm_on_body: (_parser: number, at: number, length: number) => current().onBody(at, length),
      wasm_on_message_complete: () => current().onMessageComplete(),
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
