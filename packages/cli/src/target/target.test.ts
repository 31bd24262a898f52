import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf } from '../testing/failure-of.ts'
import { makeProject, TEMPLATE, type TestProject } from '../testing/project.ts'
import { isName, nameOf } from './name.ts'
import { resolveTarget } from './target.ts'

let project: TestProject
beforeEach(() => {
  project = makeProject()
  project.write('systems/library/cdk.json', { app: 'node app.ts' })
  project.write('systems/library/package.json', { name: 'library' })
  project.write('systems/notes/cdk.json', { app: 'node app.ts' })
  project.write('out/cdk.out/manifest.json', {})
  project.write('examples/Two Tiers.template.yaml', 'Resources: {}')
})
afterEach(() => project.remove())

describe('a target', () => {
  it.each([
    ['a system by its name', 'library', 'app', 'systems/library', 'library'],
    ['a CDK app directory', 'systems/notes', 'app', 'systems/notes', 'notes'],
    ['a cloud assembly, named after the directory above it', 'out/cdk.out', 'assembly', 'out/cdk.out', 'out'],
    [
      'a template file',
      'examples/Two Tiers.template.yaml',
      'template',
      'examples/Two Tiers.template.yaml',
      'two-tiers',
    ],
  ])('is %s', (_words, text, kind, path, name) => {
    const target = resolveTarget(text, project.root)

    expect(target).toEqual({
      kind,
      path: join(project.root, path),
      name,
      project: project.root,
      stateFolder: join(project.root, '.terrace', name),
    })
  })

  it('keeps the state of the outermost project, from wherever it is named', () => {
    const inside = join(project.root, 'systems/library')

    expect(resolveTarget('.', inside).stateFolder).toBe(join(project.root, '.terrace/library'))
    expect(resolveTarget('notes', inside).path).toBe(join(project.root, 'systems/notes'))
  })

  it('keeps the state in the current directory when there is no project at all', () => {
    const lonely = makeProject()
    lonely.write('shop.json', TEMPLATE)
    project.remove()
    mkdirSync(project.root)

    const target = resolveTarget(join(lonely.root, 'shop.json'), project.root)

    expect(target.project).toBe(lonely.root)
    lonely.remove()
  })

  it('prefers a system to a directory of the same name', () => {
    project.write('library/manifest.json', {})

    expect(resolveTarget('library', project.root).path).toBe(join(project.root, 'systems/library'))
    expect(resolveTarget('./library', project.root).kind).toBe('assembly')
  })

  it('that is unknown is refused with what was tried and what there is', async () => {
    const failure = await failureOf(() => resolveTarget('libary', project.root))

    expect(failure.code).toBe('CLI_UNKNOWN_TARGET')
    expect(failure.message).toContain(`systems/libary of ${project.root}`)
    expect(failure.message).toContain(join(project.root, 'libary'))
    expect(failure.hint).toContain('library, notes')
  })

  it('that is a directory without cdk.json and manifest.json is refused', async () => {
    const failure = await failureOf(() => resolveTarget('examples', project.root))

    expect(failure.code).toBe('CLI_NOT_A_TARGET')
    expect(failure.message).toContain(join(project.root, 'examples'))
  })
})

describe('a name', () => {
  it.each([
    ['/a/Library', 'library'],
    ['/a/my_shop.template.json', 'my-shop'],
    ['/a/stack.YML', 'stack'],
    ['/a/web/cdk.out', 'web'],
    [`/a/${'x'.repeat(80)}.yaml`, 'x'.repeat(40)],
    ['/a/--ümlaut--.yaml', 'mlaut'],
  ])('made of %s is %s', (path, name) => {
    expect(nameOf(path)).toBe(name)
    expect(isName(name)).toBe(true)
  })

  it('cannot be made of punctuation', async () => {
    expect((await failureOf(() => nameOf('/a/---.yaml'))).code).toBe('CLI_NAMELESS_TARGET')
  })

  it.each(['', '..', 'a/b', '-a', 'a-', 'A', 'a.b', 'x'.repeat(41)])('is not %j', text => {
    expect(isName(text)).toBe(false)
  })
})
