import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOptions, failureOf, startTestCloud, testBucket } from '../../gateway/testing.ts'
import { cloudFormationService } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'terrace-templates-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the template of a stack', () => {
  it('is told as it was when it was deployed, whatever has been edited since', async () => {
    const file = join(folder, 'site.yaml')
    writeFileSync(file, 'Resources: {} # one')
    const stacks = [{ name: 'test', place: { file }, description: '', parameters: {}, outputs: [] }]
    await using cloud = await startTestCloud({ stacks, services: [cloudFormationService()] })
    const client = new CloudFormationClient(clientOptions(cloud.gateway.url))
    const told = async (StackName = 'test') => (await client.send(new GetTemplateCommand({ StackName }))).TemplateBody
    writeFileSync(file, 'Resources: {} # two')
    expect(await told()).toBe('Resources: {} # one')

    await cloud.update([testBucket('site')])

    expect(await told()).toBe('Resources: {} # two')
    expect(await failureOf(told('other'))).toMatchObject({ name: 'ValidationError' })
  })
})
