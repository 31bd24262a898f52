import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FARGATE_SIZES, nodesOf } from '@terrace/model'
import { afterAll, expect, it } from 'vitest'
import { load } from '../load.ts'

const folder = mkdtempSync(join(tmpdir(), 'fargate-sizes-'))
afterAll(() => rmSync(folder, { recursive: true }))

function taskOf(cpu: string, memory: string) {
  const file = join(folder, 'task.yaml')
  writeFileSync(
    file,
    `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      Cpu: ${cpu}
      Memory: ${memory}
      ContainerDefinitions: [{ Name: web, Image: example.com/web:1 }]
`,
  )
  return load({ kind: 'template', file })
}

// Source: Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", task size.
it.each([
  ['256', '512'],
  ['256', '2048'],
  ['.25 vCPU', '1 GB'],
  ['512', '3072'],
  ['4096', '30720'],
  ['8192', '20480'],
  ['16384', '122880'],
])('takes %s CPU units with %s MiB, a size of Fargate', async (cpu, memory) => {
  const [task] = nodesOf(await taskOf(cpu, memory), 'taskDefinition')
  expect(FARGATE_SIZES[task?.cpu ?? 0]).toContain(task?.memory)
})

it.each([
  ['256', '1536', 'Memory', '512, 1024, 2048 MiB'],
  ['512', '1536', 'Memory', '1024, 2048, 3072, 4096 MiB'],
  ['4096', '4096', 'Memory', '8192'],
  ['8192', '17408', 'Memory', '16384, 20480'],
  ['16384', '36864', 'Memory', '32768, 40960'],
  ['300', '512', 'Cpu', '256, 512, 1024, 2048, 4096, 8192, 16384'],
])('refuses %s CPU units with %s MiB and says what %s may be', async (cpu, memory, property, allowed) => {
  await expect(taskOf(cpu, memory)).rejects.toThrow(new RegExp(`${property}.*${allowed}`))
})
