import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveTarget } from '../target/target.ts'
import { failureOf } from '../testing/failure-of.ts'
import { makeProject, type TestProject, writeApp } from '../testing/project.ts'
import { workspacePackagesOf } from './inputs.ts'
import { synthesize } from './synth.ts'

let project: TestProject
beforeEach(() => {
  project = makeProject()
  writeApp(project, 'systems/app')
})
afterEach(() => project.remove())

const synth = (said: Record<string, string> = {}) => synthesize(resolveTarget('app', project.root), said, process.env)

const runs = () => readFileSync(join(project.root, 'runs.log'), 'utf8').trim().split('\n').length

/** What the app saw when it ran last. */
function seen(): { node: string; region: string; account: string; context: Record<string, unknown> } {
  const file = join(project.root, '.terrace/app/assembly/App.template.json')
  return JSON.parse(JSON.parse(readFileSync(file, 'utf8')).Description)
}

describe('a synthesis', () => {
  it('writes the assembly into the state folder of the project', async () => {
    const { directory, cached } = await synth()

    expect(directory).toBe(join(project.root, '.terrace/app/assembly'))
    expect(existsSync(join(directory, 'manifest.json'))).toBe(true)
    expect(cached).toBe(false)
  })

  it('runs the app on our Node, for nobody’s account', async () => {
    await synthesize(resolveTarget('app', project.root), {}, { ...process.env, PATH: '/usr/bin:/bin' })

    expect(seen()).toMatchObject({ node: process.version, region: 'us-east-1', account: '123456789012' })
  })

  it('gives the app the context that cdk deploy would give it, and what was typed on top', async () => {
    project.write('systems/app/cdk.context.json', { fromContextJson: [1], both: 'context file' })

    await synth({ variant: 'web-tier', both: 'typed' })

    expect(seen().context).toEqual({
      fromCdkJson: 'yes',
      fromContextJson: [1],
      both: 'typed',
      variant: 'web-tier',
      'aws:cdk:enable-path-metadata': true,
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:version-reporting': true,
      'aws:cdk:bundling-stacks': ['**'],
    })
  })

  it('runs the build command before it', async () => {
    project.write('systems/app/cdk.json', { app: 'node app.js', build: 'echo built > built.txt' })

    await synth()

    expect(existsSync(join(project.root, 'systems/app/built.txt'))).toBe(true)
  })
})

describe('the cache', () => {
  it('is used when nothing has changed', async () => {
    await synth()

    expect((await synth()).cached).toBe(true)
    expect(runs()).toBe(1)
  })

  it.each([
    ['a file of the app', () => project.write('systems/app/lib/stack.js', '// new')],
    ['the context file', () => project.write('systems/app/cdk.context.json', { a: 1 })],
    ['the lockfile', () => project.write('package-lock.json', '{}')],
  ])('is not used when %s changes', async (_words, change) => {
    await synth()
    change()

    expect((await synth()).cached).toBe(false)
    expect(runs()).toBe(2)
  })

  it('is not used with another context, and is used again with the same', async () => {
    await synth({ variant: 'one' })
    await synth({ variant: 'two' })
    await synth({ variant: 'two' })

    expect(runs()).toBe(2)
  })

  it.each([
    'systems/app/node_modules/some/index.js',
    'systems/app/web/dist/index.html',
    'systems/app/cdk.out/manifest.json',
    'systems/app/test/stack.js',
    'systems/app/stack.test.ts',
    'systems/other/app.js',
  ])('does not care about %s', async path => {
    await synth()
    project.write(path, 'changed')

    expect((await synth()).cached).toBe(true)
  })

  it('cares about the workspace packages the app depends on, also through one another', async () => {
    project.write('systems/app/package.json', { dependencies: { one: '1', registry: '1' } })
    project.write('packages/one/package.json', { dependencies: { two: '1' } })
    project.write('packages/two/package.json', {})
    project.write('node_modules/registry/package.json', {})
    for (const name of ['one', 'two']) {
      symlinkSync(join(project.root, 'packages', name), join(project.root, 'node_modules', name))
    }
    await synth()
    project.write('packages/two/src/index.ts', 'changed')

    expect(workspacePackagesOf(join(project.root, 'systems/app'))).toEqual(
      ['one', 'two'].map(name => join(project.root, 'packages', name)),
    )
    expect((await synth()).cached).toBe(false)
  })

  it('keeps the files of earlier assets, so that they are not built again', async () => {
    const { directory } = await synth()
    mkdirSync(join(directory, 'asset.1'))
    project.write('systems/app/lib/stack.js', '// new')

    await synth()

    expect(existsSync(join(directory, 'asset.1'))).toBe(true)
  })

  it('forgets the assets of a synthesis that was interrupted: they may be half written', async () => {
    const { directory } = await synth()
    mkdirSync(join(directory, 'asset.1'))
    writeFileSync(join(directory, 'terrace-inputs.json'), '{"hash":"incomplete"}')

    expect((await synth()).cached).toBe(false)
    expect(existsSync(join(directory, 'asset.1'))).toBe(false)
  })

  it('is not used after a failure, nor is its assembly', async () => {
    const { directory } = await synth()
    const good = readFileSync(join(project.root, 'systems/app/app.js'), 'utf8')
    project.write('systems/app/app.js', 'process.exit(1)')
    await failureOf(synth)

    expect(existsSync(join(directory, 'manifest.json'))).toBe(false)
    project.write('systems/app/app.js', good)
    expect((await synth()).cached).toBe(false)
  })
})

describe('a CDK app that is wrong', () => {
  it('is quoted, with its exit code', async () => {
    project.write('systems/app/app.js', `console.error('no such construct'); process.exit(3)`)

    const failure = await failureOf(synth)

    expect([failure.code, failure.blame]).toEqual(['SYNTH_FAILED', 'input'])
    expect(failure.message).toContain('failed with exit code 3')
    expect(failure.message).toContain('no such construct')
  })

  it('is refused when it writes no assembly', async () => {
    project.write('systems/app/app.js', '')

    expect((await failureOf(synth)).code).toBe('SYNTH_NO_ASSEMBLY')
  })

  it('is refused when it needs to ask AWS, with what it asks for', async () => {
    writeApp(project, 'systems/app', { manifest: { missing: [{ key: 'vpc-provider:account=1', provider: 'vpc' }] } })

    const failure = await failureOf(synth)

    expect(failure.code).toBe('SYNTH_LOOKUPS')
    expect(failure.message).toContain('vpc-provider:account=1')
  })

  it('is refused when one of its constructs reports an error', async () => {
    const metadata = { '/App/Web': [{ type: 'aws:cdk:error', data: 'needs two zones' }] }
    const artifacts = { App: { type: 'aws:cloudformation:stack', metadata, properties: { templateFile: 'x' } } }
    writeApp(project, 'systems/app', { manifest: { artifacts } })

    const failure = await failureOf(synth)

    expect(failure.code).toBe('SYNTH_ANNOTATED')
    expect(failure.message).toContain('/App/Web: needs two zones')
  })

  it.each([
    ['is broken JSON', '{ "app": ', 'SYNTH_UNREADABLE'],
    ['holds a list', '[]', 'SYNTH_UNREADABLE'],
    ['names no app', '{}', 'SYNTH_NO_APP'],
  ])('is refused with the file when its cdk.json %s', async (_words, content, code) => {
    const file = project.write('systems/app/cdk.json', content)

    const failure = await failureOf(synth)

    expect([failure.code, failure.place?.file]).toEqual([code, file])
  })
})
