import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, type TestProject } from '../testing/project.ts'
import { localParameters } from './local-parameters.ts'

let project: TestProject
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.remove())

const BOTH = { DomainName: 'library.localhost', PublicPortSuffix: ':4440' }

const parametersOf = (content: string | object, said: Record<string, string> = {}) =>
  localParameters({ kind: 'template', file: project.write('t.yaml', content) }, 'library', 4440, said)

describe('the parameters that the local cloud sets', () => {
  it.each([
    ['JSON', { Parameters: { DomainName: {}, PublicPortSuffix: {} } }],
    [
      'YAML',
      'Parameters:\n  DomainName:\n    Type: String\n\n# remark\n  "PublicPortSuffix":\n    Type: String\nResources: {}',
    ],
    ['YAML in one line', "'Parameters': { DomainName: {Type: String}, PublicPortSuffix: {Type: String} }"],
    [
      'YAML with Windows line ends',
      'Parameters:\r\n  DomainName:\r\n    Type: String\r\n  PublicPortSuffix:\r\n    Type: String\r\n',
    ],
  ])('are those that a template in %s declares', (_words, content) => {
    expect(parametersOf(content)).toEqual(BOTH)
  })

  it.each([
    ['declares neither', { Resources: {} }],
    ['has resources of those names only', 'Resources:\n  DomainName:\n    Type: AWS::SNS::Topic\n'],
    ['declares longer names', 'Parameters:\n  MyDomainName:\n    Type: String\n  DomainNames:\n    Type: String\n'],
    ['cannot be read', ': : :'],
  ])('are none when the template %s', (_words, content) => {
    expect(parametersOf(content)).toEqual({})
  })

  it('turn off TLS to databases where a template has that as a parameter', () => {
    expect(parametersOf({ Parameters: { DatabaseTls: {} } })).toEqual({ DatabaseTls: 'off' })
  })

  it('never override what the user said', () => {
    const said = { DomainName: 'shop.localhost', Other: 'x' }

    expect(parametersOf({ Parameters: { DomainName: {} } }, said)).toEqual(said)
  })

  it('are looked for in every template of an assembly, nested ones included', () => {
    const stack = (templateFile: string) => ({ type: 'aws:cloudformation:stack', properties: { templateFile } })
    const nested = { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } }
    project.write('out/manifest.json', { artifacts: { a: stack('a.json'), tree: { type: 'cdk:tree' }, nested } })
    project.write('out/a.json', { Parameters: { DomainName: {} } })
    project.write('out/stage/manifest.json', { artifacts: { b: stack('b.json') } })
    project.write('out/stage/b.json', { Parameters: { PublicPortSuffix: {} } })
    const source = { kind: 'assembly', directory: `${project.root}/out` } as const

    expect(localParameters(source, 'library', 4440, {})).toEqual(BOTH)
  })
})
