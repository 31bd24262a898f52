import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { FUNCTION, ruleArnOf, startEvents, type TestEvents } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `EventBridge by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let on: TestEvents
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      on = await startEvents()
    })

    afterAll(async () => {
      await on[Symbol.asyncDispose]()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', on.cloud.gateway.url, 'events', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('makes a rule, sends an event through it, and takes it away again', async () => {
      const pattern = JSON.stringify({ source: ['orders'], detail: { total: [{ numeric: ['>', 10] }] } })
      expect(JSON.parse(await aws('put-rule', '--name', 'large', '--event-pattern', pattern))).toEqual({
        RuleArn: ruleArnOf('large'),
      })
      const targets = JSON.stringify([{ Id: 'guard', Arn: FUNCTION, InputPath: '$.detail' }])
      expect(JSON.parse(await aws('put-targets', '--rule', 'large', '--targets', targets))).toMatchObject({
        FailedEntryCount: 0,
      })
      const entry = (total: number) => ({
        Source: 'orders',
        DetailType: 'Order Paid',
        Detail: JSON.stringify({ total }),
      })
      const put = JSON.parse(await aws('put-events', '--entries', JSON.stringify([entry(9), entry(11)])))
      expect(put).toMatchObject({ FailedEntryCount: 0, Entries: [{}, {}] })
      expect(on.given.map(({ body }) => body)).toEqual(['{"total":11}'])
      expect(await aws('list-rule-names-by-target', '--target-arn', FUNCTION, '--output', 'text')).toBe(
        'RULENAMES\tlarge\n',
      )
      await expect(aws('delete-rule', '--name', 'large')).rejects.toThrow(
        "An error occurred (ValidationException) when calling the DeleteRule operation: Rule can't be deleted since it has targets.",
      )
      await aws('remove-targets', '--rule', 'large', '--ids', 'guard')
      await aws('delete-rule', '--name', 'large')
      expect(JSON.parse(await aws('list-rules'))).toEqual({ Rules: [] })
    }, 60_000)
  },
)
