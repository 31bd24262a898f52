/** The part of dynalite that is used; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  const dynalite: (options: { readonly createTableMs: number }) => Server
  // biome-ignore lint/style/noDefaultExport: this is what the package has
  export default dynalite
}
