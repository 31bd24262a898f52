/** What an image brings along that is not built here. */
export interface BaseImage {
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDirectory: string
  readonly exposedPort?: number
  readonly stopSignal?: string
}

const EMPTY: BaseImage = { entryPoint: [], command: [], workingDirectory: '/' }

// "nginx" and "node" on Docker Hub, and "distroless/nodejs"; each also under the mirrors' names.
const KNOWN: readonly { readonly name: RegExp; readonly image: BaseImage }[] = [
  { name: /^scratch$/, image: EMPTY },
  { name: /^(.+\/)?node$/, image: EMPTY },
  {
    name: /^(.+\/)?distroless\/nodejs\d*(-debian\d+)?$/,
    image: { ...EMPTY, entryPoint: ['node'], workingDirectory: '/' },
  },
  {
    name: /^(.+\/)?nginx$/,
    image: { ...EMPTY, command: ['nginx', '-g', 'daemon off;'], exposedPort: 80, stopSignal: 'SIGQUIT' },
  },
  {
    name: /^(.+\/)?nginx-unprivileged$/,
    image: { ...EMPTY, command: ['nginx', '-g', 'daemon off;'], exposedPort: 8080, stopSignal: 'SIGQUIT' },
  },
]

/**
 * What is known of an image from elsewhere, by its name without tag and digest; nothing for others.
 *
 * differs: the entry point scripts of the `node` and `nginx` images do not run
 */
export const baseImageOf = (name: string): BaseImage | undefined =>
  KNOWN.find(({ name: form }) => form.test(name.replace(/@.*$/, '').replace(/:[^/:]*$/, '')))?.image

/** An image of which nothing is known. */
export const UNKNOWN_IMAGE = EMPTY
