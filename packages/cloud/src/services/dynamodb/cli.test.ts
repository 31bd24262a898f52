import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestCloud, type TestCloud } from '../../gateway/testing.ts'
import { cliEnvironment, cliIsHere } from '../../gateway/testing-cli.ts'
import { dynamodb } from './index.ts'
import { testTable } from './testing.ts'

const run = promisify(execFile)

describe.skipIf(!cliIsHere)(
  `DynamoDB by the AWS CLI${cliIsHere ? '' : ' (skipped: the command aws is not on the PATH)'}`,
  () => {
    let cloud: TestCloud
    let home: string

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'terrace-cli-'))
      cloud = await startTestCloud({ nodes: [testTable('items')], services: [dynamodb] })
    })

    afterAll(async () => {
      await cloud.stop()
      rmSync(home, { recursive: true, force: true })
    })

    const aws = async (...args: readonly string[]) => {
      const { stdout } = await run('aws', ['--endpoint-url', cloud.gateway.url, 'dynamodb', ...args], {
        env: cliEnvironment(home),
      })
      return stdout
    }

    it('looks into a table and mends an item', async () => {
      const status = ['--query', 'Table.TableStatus', '--output', 'text']
      expect(await aws('describe-table', '--table-name', 'items', ...status)).toBe('ACTIVE\n')
      const item = { id: { S: 'a' }, price: { N: '1.50' }, note: { S: '' } }
      await aws('put-item', '--table-name', 'items', '--item', JSON.stringify(item))
      const key = ['--table-name', 'items', '--key', JSON.stringify({ id: { S: 'a' } })]
      const values = ['--expression-attribute-values', JSON.stringify({ ':p': { N: '2' } })]
      await aws('update-item', ...key, '--update-expression', 'SET price = price + :p', ...values)
      const { Items, Count } = JSON.parse(await aws('scan', '--table-name', 'items', '--consistent-read'))
      expect({ Items, Count }).toEqual({ Items: [{ ...item, price: { N: '3.5' } }], Count: 1 })
      await expect(aws('delete-item', ...key, '--condition-expression', 'price < :p', ...values)).rejects.toThrow(
        'An error occurred (ConditionalCheckFailedException) when calling the DeleteItem operation',
      )
      await expect(aws('execute-statement', '--statement', 'SELECT * FROM items')).rejects.toThrow('no PartiQL')
    }, 60_000)
  },
)
