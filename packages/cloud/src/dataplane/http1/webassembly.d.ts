/** The little of the WebAssembly API that is used here; Node has it, its type declarations don't. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...numbers: number[]) => number>>)
    readonly exports: object
  }
}
