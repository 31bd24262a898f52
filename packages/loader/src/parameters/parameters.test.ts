import { TerraceError } from '@terrace/kit'
import { describe, expect, it } from 'vitest'
import { collectGaps } from '../gaps.ts'
import { parseTemplate } from '../read/read-template.ts'
import { parameterDeclaration } from './declaration.ts'
import { parameterValues } from './values.ts'

function valueFor(declaration: string, given?: string) {
  const node = parseTemplate(declaration, 'p.yaml')
  const gaps = collectGaps()
  const values = parameterValues(
    [parameterDeclaration('P', node, 'p.yaml')],
    given === undefined ? {} : { P: given },
    gaps,
  )
  return { value: values.get('P')?.value, shown: values.get('P')?.shown, gaps: gaps.all() }
}

describe('a parameter', () => {
  it.each([
    ['{ Type: String, Default: a }', undefined, 'a'],
    ['{ Type: String, Default: a }', 'b', 'b'],
    ['{ Type: String, Default: "" }', undefined, ''],
    ['{ Type: Number, Default: 5 }', undefined, '5'],
    ['{ Type: CommaDelimitedList, Default: "a, b" }', undefined, ['a', 'b']],
    ['{ Type: CommaDelimitedList, Default: "" }', undefined, []],
    ['{ Type: List<Number> }', '1,2', ['1', '2']],
    [
      '{ Type: "List<AWS::EC2::Subnet::Id>" }',
      'subnet-01234567, subnet-89abcdef',
      ['subnet-01234567', 'subnet-89abcdef'],
    ],
    ['{ Type: String, AllowedPattern: "[a-z]+" }', 'abc', 'abc'],
    ['{ Type: "AWS::SSM::Parameter::Value<String>", Default: /cdk-bootstrap/x/version }', undefined, '999'],
  ])('%s given %s is %j', (declaration, given, expected) =>
    expect(valueFor(declaration, given).value).toEqual(expected),
  )

  it.each([
    ['{ Type: String, AllowedValues: [a, b] }', 'c', 'is not one of a, b'],
    ['{ Type: String, AllowedPattern: "[a-z]+" }', 'abc1', 'does not match the pattern [a-z]+'],
    ['{ Type: String, MinLength: 3 }', 'ab', 'is shorter than 3 characters'],
    ['{ Type: String, MaxLength: 1 }', 'ab', 'is longer than 1 characters'],
    ['{ Type: Number }', 'ab', 'is not a number'],
    ['{ Type: Number, MinValue: 2 }', '1', 'is less than 2'],
    ['{ Type: Number, MaxValue: 2 }', '3', 'is more than 2'],
    ['{ Type: CommaDelimitedList, AllowedValues: [a] }', 'a,b', '"b" is not one of a'],
    ['{ Type: "AWS::EC2::VPC::Id" }', 'vpc-x', 'does not look like AWS::EC2::VPC::Id'],
    ['{ Type: Strin }', 'x', 'did you mean "String"?'],
    ['{ Type: String, Defualt: x }', 'x', 'did you mean "Default"?'],
    ['{ Type: String }', undefined, 'has no value and no default'],
  ])('%s given %s is refused: %s', (declaration, given, text) =>
    expect(() => valueFor(declaration, given)).toThrow(text),
  )

  it('with NoEcho is shown nowhere, not even in an error', () => {
    expect(valueFor('{ Type: String, NoEcho: true }', 'secret').shown).toBe('****')
    try {
      valueFor('{ Type: String, NoEcho: true, MinLength: 9, ConstraintDescription: longer }', 'secret')
    } catch (error) {
      if (!(error instanceof TerraceError)) throw error
      expect(error.message).not.toContain('secret')
      expect(error.hint).toBe('longer')
    }
  })

  it('L-12 for the newest Amazon Linux image has an image id, the same at every load', () => {
    const declaration =
      '{ Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64 }'
    expect(valueFor(declaration)).toEqual(valueFor(declaration))
    expect(valueFor(declaration)).toMatchObject({ value: expect.stringMatching(/^ami-[0-9a-f]{17}$/), gaps: [] })
  })

  it('that names a private SSM parameter is listed', () => {
    const { value, gaps } = valueFor('{ Type: "AWS::SSM::Parameter::Value<String>", Default: /mine }')
    expect(value).toBe('ssm:/mine')
    expect(gaps).toMatchObject([{ kind: 'value', path: 'Parameters.P' }])
  })
})
