import { type AwsCli, AwsCliError } from '@terrace/constructs/operate'
import { describe, expect, it } from 'vitest'
import { pushedImage } from './image.ts'

const REPOSITORY = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/cloud-native-demo-api'

/** ECR as its CLI answers: which tags it has. */
function registry(tags: Set<string>, refusal = 'ImageNotFoundException') {
  const commands: string[] = []
  const aws = ((words: readonly string[]) => {
    const tag = words[words.indexOf('--image-ids') + 1]?.replace('imageTag=', '') ?? ''
    expect(words).toContain('cloud-native-demo-api')
    if (tags.has(tag)) return 'sha256:0a1b'
    throw new AwsCliError(
      'ecr describe-images',
      `An error occurred (${refusal}) when calling the DescribeImages operation`,
    )
  }) as AwsCli
  const docker = (words: readonly string[], input?: string) => {
    commands.push([...words, ...(input === undefined ? [] : [`< ${input}`])].join(' '))
    if (words[0] === 'push') tags.add('c0ffee')
  }
  const build = async () => {
    commands.push('build the program')
    return '/built/api'
  }
  const props = {
    repositoryUri: REPOSITORY,
    tag: 'c0ffee',
    aws,
    docker,
    build,
    password: () => 'secret',
    say: () => {},
  }
  return { props, commands }
}

describe('the image of a delivery', () => {
  it('I-13: is built and pushed under its commit, and used by its digest', async () => {
    const { props, commands } = registry(new Set())
    expect(await pushedImage(props)).toBe(`${REPOSITORY}@sha256:0a1b`)
    expect(commands).toEqual([
      'build the program',
      'login --username AWS --password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com < secret',
      `build --platform linux/amd64 --tag ${REPOSITORY}:c0ffee /built/api`,
      `push ${REPOSITORY}:c0ffee`,
    ])
  })

  it('I-13: is the one that was tried before, where the commit has one', async () => {
    const { props, commands } = registry(new Set(['c0ffee']))
    expect(await pushedImage(props)).toBe(`${REPOSITORY}@sha256:0a1b`)
    expect(commands).toEqual([])
  })

  it('is not built when ECR refuses to say whether it is there', async () => {
    const { props, commands } = registry(new Set(), 'AccessDeniedException')
    await expect(pushedImage(props)).rejects.toThrow('AccessDeniedException')
    expect(commands).toEqual([])
  })
})
