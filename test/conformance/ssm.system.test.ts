import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { describe, expect, it } from 'vitest'
import { failureOf } from './failure.ts'
import { arn } from './forms.ts'
import { operatorTypes } from './operator.ts'
import { suite } from './suite.ts'

const { target, output, client, operator } = suite()
const ssm = () => client(SSMClient)
const below = (name: string) => `/${output('Stack')}/${name}`

describe('what Parameter Store tells about a stack', () => {
  it('has a parameter, by name, by version and by ARN', async () => {
    const { Parameter } = await ssm().send(new GetParameterCommand({ Name: output('Greeting') }))
    expect(Parameter).toMatchObject({
      Name: below('greeting'),
      Type: 'String',
      Value: 'hello',
      Version: 1,
      DataType: 'text',
      ARN: expect.stringMatching(arn('ssm', `parameter${below('greeting')}`)),
      LastModifiedDate: expect.any(Date),
    })
    for (const Name of [`${output('Greeting')}:1`, Parameter?.ARN]) {
      expect((await ssm().send(new GetParameterCommand({ Name }))).Parameter?.Value).toBe('hello')
    }
  })

  it('gives those that are there and names those that are not', async () => {
    const Names = [below('greeting'), below('colours'), below('nobody')]
    const { Parameters, InvalidParameters } = await ssm().send(new GetParametersCommand({ Names }))
    expect(Parameters?.map(each => each.Value).sort()).toEqual(['hello', 'red,green,blue'])
    expect(InvalidParameters).toEqual([below('nobody')])
  })

  it('gives those below a path, deep ones only when asked, in pages that hold each once', async () => {
    const Path = below('').slice(0, -1)
    const flat = await ssm().send(new GetParametersByPathCommand({ Path }))
    expect(flat.Parameters?.map(each => each.Name).sort()).toEqual([below('colours'), below('greeting')])
    const names: (string | undefined)[] = []
    let NextToken: string | undefined
    do {
      const page = { Path, Recursive: true, MaxResults: 1, ...(NextToken && { NextToken }) }
      const answer = await ssm().send(new GetParametersByPathCommand(page))
      names.push(...(answer.Parameters ?? []).map(each => each.Name))
      NextToken = answer.NextToken
    } while (NextToken)
    expect(names.sort()).toEqual([below('colours'), below('deep/below'), below('greeting')])
    const nothing = await ssm().send(new GetParametersByPathCommand({ Path: '/terrace-nobody' }))
    expect(nothing.Parameters).toEqual([])
  })

  it('knows the images of Amazon Linux', async () => {
    const Name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
    const { Parameter } = await ssm().send(new GetParameterCommand({ Name }))
    expect(Parameter).toMatchObject({ Type: 'String', Value: expect.stringMatching(/^ami-[0-9a-f]{17}$/) })
    expect(Parameter?.ARN).toMatch(/^arn:aws[a-z-]*:ssm:[a-z0-9-]+::parameter\/aws\/service\//)
  })

  it('describes parameters in pages', async () => {
    const answer = await ssm().send(new DescribeParametersCommand({ MaxResults: 1 }))
    expect(answer.Parameters).toHaveLength(1)
    expect(answer.Parameters?.[0]).not.toHaveProperty('Value')
    expect(answer.NextToken).toEqual(expect.any(String))
  })
})

describe('what Parameter Store does with changes', () => {
  it('counts versions, and overwrites only when told to', async () => {
    const Name = below('counted')
    const put = (Value: string, Overwrite: boolean) =>
      ssm().send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite }))
    expect(await put('one', false)).toMatchObject({ Version: 1, Tier: 'Standard' })
    expect(await failureOf(put('two', false))).toMatchObject({
      code: 'ParameterAlreadyExists',
      status: 400,
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    })
    expect((await put('two', true)).Version).toBe(2)
    expect((await ssm().send(new GetParameterCommand({ Name }))).Parameter).toMatchObject({ Value: 'two', Version: 2 })
    await ssm().send(new DeleteParameterCommand({ Name }))
    expect((await failureOf(ssm().send(new GetParameterCommand({ Name })))).code).toBe('ParameterNotFound')
  })
})

describe('what Parameter Store refuses', () => {
  it.each<[name: string, code: string, call: () => Promise<unknown>]>([
    [
      'a parameter that is not there',
      'ParameterNotFound',
      () => ssm().send(new GetParameterCommand({ Name: '/terrace-nobody' })),
    ],
    [
      'a version that is not there',
      'ParameterVersionNotFound',
      () => ssm().send(new GetParameterCommand({ Name: `${output('Greeting')}:99` })),
    ],
    [
      'to delete what is not there',
      'ParameterNotFound',
      () => ssm().send(new DeleteParameterCommand({ Name: '/terrace-nobody' })),
    ],
    [
      'a path without its slash',
      'ValidationException',
      () => ssm().send(new GetParametersByPathCommand({ Path: 'nobody' })),
    ],
    [
      'a new parameter without a type',
      'ValidationException',
      () => ssm().send(new PutParameterCommand({ Name: below('untyped'), Value: 'x' })),
    ],
  ])('%s', async (_, code, call) => {
    expect(await failureOf(call())).toMatchObject({ code, status: 400 })
  })

  it('what the role of the caller does not allow, and what it forbids', async () => {
    const limited = await operator(SSMClient)
    const greeting = await limited.send(new GetParameterCommand({ Name: output('Greeting') }))
    expect(greeting.Parameter?.Value).toBe('hello')
    expect(await failureOf(limited.send(new GetParameterCommand({ Name: below('deep/below') })))).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: expect.stringMatching(
        /^User: arn:\S+ is not authorized to perform: ssm:GetParameter on resource: arn:\S+\/deep\/below with an explicit deny in an identity-based policy/,
      ),
    })
    const change = new PutParameterCommand({ Name: output('Greeting'), Value: 'x', Overwrite: true })
    expect(await failureOf(limited.send(change))).toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringMatching(/because no identity-based policy allows the ssm:PutParameter action/),
    })
  })
})

describe('an operator reads parameters', () => {
  operatorTypes(target, [
    {
      does: 'reads one value',
      types: 'aws ssm get-parameter --name $Greeting --query Parameter.Value --output text',
      prints: 'hello\n',
    },
    {
      does: 'lists what is below a path as a table',
      types: `aws ssm get-parameters-by-path --path /$Stack --recursive --query 'Parameters[].[Name,Value]' --output table`,
      prints: /GetParametersByPath[\s\S]*\|\s+\S+\/deep\/below\s+\|\s+down\s+\|/,
    },
    {
      does: 'writes one, reads it and deletes it',
      types: `aws ssm put-parameter --name /$Stack/by-hand --type String --value there --query Version &&
        aws ssm get-parameter --name /$Stack/by-hand --query Parameter.Value --output text &&
        aws ssm delete-parameter --name /$Stack/by-hand`,
      prints: '1\nthere\n',
    },
    {
      does: 'says what is missing',
      types: 'aws ssm get-parameter --name /terrace-nobody',
      fails: true,
      prints: /An error occurred \(ParameterNotFound\) when calling the GetParameter operation/,
    },
  ])
})
