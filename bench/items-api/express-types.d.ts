/** The part of Express that is used; the package has no types of its own. */
declare module 'express' {
  import type { Server } from 'node:http'

  interface Request {
    readonly query: Readonly<Record<string, unknown>>
  }
  interface Response {
    status(code: number): Response
    json(body: unknown): Response
  }
  interface Application {
    get(path: string, handler: (request: Request, response: Response) => Promise<void>): void
    listen(port: number, host: string, listening: () => void): Server
  }
  const express: () => Application
  // biome-ignore lint/style/noDefaultExport: this is what the package has
  export default express
}
