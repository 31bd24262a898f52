import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeRecord } from '@terrace/control'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeProject, TEMPLATE, type TestProject, writeApp } from './testing/project.ts'
import { typed } from './testing/typed.ts'

let project: TestProject
beforeEach(() => {
  project = makeProject()
})
afterEach(() => project.remove())

/** A control record of a process that does not exist. */
const leaveRecord = (name: string) => {
  project.write(`.terrace/${name}/data/books`, 'all')
  const record = { port: 9, token: 'a'.repeat(40), pid: 2 ** 22 - 1, startedAt: 1 }
  writeRecord(join(project.root, '.terrace', name), record)
}

describe('the words typed', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['upp', 'library']],
    ['an unknown option', ['status', '--yaml']],
    ['a missing target', ['up']],
    ['one argument too many', ['status', 'a', 'b']],
    ['a port that is a word', ['up', 'x', '--port', 'https']],
    ['a port without room for two more', ['up', 'x', '--port', '65534']],
    ['a parameter without a value', ['up', 'x', '--param', 'DomainName']],
    ['a parameter without a name', ['up', 'x', '--param', '=1']],
    ['a kind of log that does not exist', ['logs', '--kind', 'gossip']],
    ['a target that does not exist', ['synth', 'nonsense']],
    ['a name that is none', ['down', 'Library!']],
    ['a status when nothing runs', ['status']],
    ['a time scale that slows down', ['up', 'x', '--time-scale', '0.5']],
    ['a pace that nobody has', ['up', 'x', '--pace', 'azure']],
    ['a zone without a verb', ['zone', 'us-east-1a']],
    ['a zone to stop when nothing runs', ['zone', 'stop', 'us-east-1a']],
    ['logs of a system that does not run', ['logs', 'library']],
  ])('with %s are bad input: exit code 2, nothing on standard output', async (_words, words) => {
    const { exitCode, out, err } = await typed(project.root, ...words)

    expect([exitCode, out]).toEqual([2, ''])
    expect(err).not.toMatch(/\n\s+at /)
    expect(err).not.toBe('')
  })

  it.each([[['--help']], [['up', '--help']], [['--version']]])('%j is answered on standard output', async words => {
    const { exitCode, out, err } = await typed(project.root, ...words)

    expect([exitCode, err]).toEqual([0, ''])
    expect(out).not.toBe('')
  })

  it('the help names every command and option of up', async () => {
    const { out } = await typed(project.root, '--help')
    const up = (await typed(project.root, 'up', '--help')).out

    for (const command of ['up', 'status', 'logs', 'zone', 'down', 'reset', 'synth', 'model', 'doctor']) {
      expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    }
    for (const option of [
      '--param',
      '--context',
      '--embedded',
      '--port',
      '--time-scale',
      '--pace',
      '--stand-ins',
      '--detach',
      '--json',
    ]) {
      expect(up).toContain(option)
    }
  })
})

describe('terrace synth', () => {
  it('prints the template that a CDK app writes, byte for byte', async () => {
    writeApp(project, 'systems/app')

    const { exitCode, out } = await typed(project.root, 'synth', 'app', '--context', 'variant=web-tier')

    expect(exitCode).toBe(0)
    expect(JSON.parse(out).Resources).toEqual(TEMPLATE.Resources)
    expect(JSON.parse(JSON.parse(out).Description).context.variant).toBe('web-tier')
  })

  it('prints a template file as it is', async () => {
    project.write('two.yaml', 'Resources: # both\n  A: 1\n')

    expect((await typed(project.root, 'synth', 'two.yaml')).out).toBe('Resources: # both\n  A: 1')
  })

  it('shows what a failing app wrote, and exits with 2', async () => {
    project.write('systems/app/cdk.json', { app: 'echo no zones >&2; exit 1' })

    const { exitCode, err } = await typed(project.root, 'synth', 'app')

    expect(exitCode).toBe(2)
    expect(err).toContain('no zones')
  })
})

describe('terrace down', () => {
  it('does nothing when nothing runs, as often as it is typed', async () => {
    expect(await typed(project.root, 'down')).toMatchObject({ exitCode: 0, out: 'nothing was running' })
  })

  it('asks which one when several have a record', async () => {
    leaveRecord('library')
    leaveRecord('notes')

    const { exitCode, err } = await typed(project.root, 'down')

    expect(exitCode).toBe(2)
    expect(err).toContain('library, notes')
    expect(existsSync(join(project.root, '.terrace/library/control.json'))).toBe(true)
  })
})
