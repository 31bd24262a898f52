import { type AwsCli, AwsCliError } from '@terrace/constructs/operate'

export interface ImageProps {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<repository>` */
  readonly repositoryUri: string
  /** Of a commit: it never becomes another image. */
  readonly tag: string
  readonly aws: AwsCli
  /** Makes the build context. @returns its folder */
  readonly build: () => Promise<string>
  /** Runs `docker`, and gives it a text to read. @throws when it fails */
  readonly docker: (words: readonly string[], input?: string) => void
  /** What `aws ecr get-login-password` says. */
  readonly password: () => string
  readonly say: (line: string) => void
}

/**
 * Builds and pushes an image, unless its commit has been pushed before: what was tried in one environment is what comes
 * to the next.
 *
 * @returns its URI by digest
 * @throws AwsCliError
 */
export async function pushedImage(props: ImageProps): Promise<string> {
  const { repositoryUri, tag, build, docker, password, say } = props
  const name = `${repositoryUri}:${tag}`
  const there = digestOf(props)
  if (there !== undefined) {
    say(`${name} is there already`)
    return `${repositoryUri}@${there}`
  }
  const context = await build()
  docker(
    ['login', '--username', 'AWS', '--password-stdin', repositoryUri.slice(0, repositoryUri.indexOf('/'))],
    password(),
  )
  docker(['build', '--platform', 'linux/amd64', '--tag', name, context])
  docker(['push', name])
  const digest = digestOf(props)
  if (digest === undefined) throw new Error(`${name} was pushed, and ECR does not know it; look at the repository`)
  say(`${name} is pushed`)
  return `${repositoryUri}@${digest}`
}

function digestOf({ repositoryUri, tag, aws }: ImageProps): string | undefined {
  const [account = '', repository = ''] = [
    repositoryUri.slice(0, repositoryUri.indexOf('.')),
    repositoryUri.slice(repositoryUri.indexOf('/') + 1),
  ]
  try {
    return aws<string>([
      ...['ecr', 'describe-images', '--registry-id', account, '--repository-name', repository],
      ...['--image-ids', `imageTag=${tag}`, '--query', 'imageDetails[0].imageDigest'],
    ])
  } catch (error) {
    if (error instanceof AwsCliError && error.code === 'ImageNotFoundException') return undefined
    throw error
  }
}
