/** The part of autocannon that is used; the package has no types of its own. */
declare module 'autocannon' {
  interface Result {
    readonly errors: number
    readonly non2xx: number
    readonly requests: { readonly average: number }
  }
  const autocannon: (options: {
    readonly url: string
    readonly connections: number
    /** Seconds. */
    readonly duration: number
  }) => Promise<Result>
  // biome-ignore lint/style/noDefaultExport: this is what the package has
  export default autocannon
}
