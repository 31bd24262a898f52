import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { type LambdaCloud, ROLE, startLambdaCloud, zipOf } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `Lambda by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: LambdaCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startLambdaCloud()
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'lambda', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('brings out a new version behind an alias and looks at what it says', async () => {
      const zip = join(home, 'code.zip')
      const out = join(home, 'out.json')
      writeFileSync(
        zip,
        zipOf('export const handler = async ({ name }) => { console.log("greets"); return `Hello, ${name}` }'),
      )
      const settings = ['--runtime', 'nodejs22.x', '--handler', 'index.handler', '--role', ROLE]
      await aws('create-function', '--function-name', 'greet', ...settings, '--zip-file', `fileb://${zip}`, '--publish')
      await aws('create-alias', '--function-name', 'greet', '--name', 'live', '--function-version', '1')
      const invoke = [
        'invoke',
        '--function-name',
        'greet:live',
        '--payload',
        '{"name":"Ada"}',
        '--log-type',
        'Tail',
        out,
      ]
      const { StatusCode, ExecutedVersion, LogResult } = JSON.parse(await aws(...invoke))
      expect([StatusCode, ExecutedVersion, readFileSync(out, 'utf8')]).toEqual([200, '1', '"Hello, Ada"'])
      expect(Buffer.from(LogResult, 'base64').toString()).toMatch(/^START.*\n.*greets\nEND.*\nREPORT/)
      const rule = [
        '--statement-id',
        'daily',
        '--action',
        'lambda:InvokeFunction',
        '--principal',
        'events.amazonaws.com',
      ]
      await aws('add-permission', '--function-name', 'greet:live', ...rule)
      expect(await aws('get-policy', '--function-name', 'greet:live')).toContain('function:greet:live')
      await aws('delete-function', '--function-name', 'greet')
      await expect(aws('get-function', '--function-name', 'greet')).rejects.toThrow(
        'An error occurred (ResourceNotFoundException) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:123456789012:function:greet',
      )
    }, 60_000)
  },
)
