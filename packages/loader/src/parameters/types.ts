import type { Place } from '@terrace/kit'
import { loadError } from '../errors.ts'
import { didYouMean } from '../suggest.ts'

/** What a parameter's type says: one value or a list, of what, and whether the value is the name of an SSM parameter. */
export interface ParameterType {
  readonly name: string
  readonly list: boolean
  readonly element: 'text' | 'number' | AwsType
  readonly ssm: boolean
}

type AwsType = keyof typeof AWS_TYPES

/**
 * The AWS-specific types and the shape of their values. On AWS the value must exist in the account; here there is no
 * account, so that only the shape is checked.
 *
 * @see "Specify existing resources at runtime with CloudFormation-supplied parameter types" in the User Guide
 */
export const AWS_TYPES = {
  'AWS::EC2::AvailabilityZone::Name': /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/,
  'AWS::EC2::Image::Id': /^ami-[0-9a-f]{8,17}$/,
  'AWS::EC2::Instance::Id': /^i-[0-9a-f]{8,17}$/,
  'AWS::EC2::KeyPair::KeyName': /^.{1,255}$/s,
  'AWS::EC2::SecurityGroup::GroupName': /^.{1,255}$/s,
  'AWS::EC2::SecurityGroup::Id': /^sg-[0-9a-f]{8,17}$/,
  'AWS::EC2::Subnet::Id': /^subnet-[0-9a-f]{8,17}$/,
  'AWS::EC2::Volume::Id': /^vol-[0-9a-f]{8,17}$/,
  'AWS::EC2::VPC::Id': /^vpc-[0-9a-f]{8,17}$/,
  'AWS::Route53::HostedZone::Id': /^Z[0-9A-Z]{1,31}$/,
  'AWS::SSM::Parameter::Name': /^[A-Za-z0-9_.\-/:]{1,2048}$/,
} as const

const isAwsType = (name: string): name is AwsType => Object.hasOwn(AWS_TYPES, name)

/** @throws TerraceError LOAD_BAD_PARAMETER for a type that CloudFormation does not have */
export function parameterType(name: string, path: string, place: Place): ParameterType {
  const ssm = /^AWS::SSM::Parameter::Value<(.+)>$/.exec(name)?.[1]
  const inner = ssm === undefined ? plainType(name) : plainType(ssm)
  if (inner) return { name, ssm: ssm !== undefined, ...inner }
  const known = ['String', 'Number', 'CommaDelimitedList', 'List<Number>', ...Object.keys(AWS_TYPES)]
  const message = `${path} has the unknown type "${name}"${didYouMean(name, known)}`
  throw loadError('LOAD_BAD_PARAMETER', message, place, 'the usual ones are String, Number and CommaDelimitedList')
}

function plainType(name: string): Pick<ParameterType, 'list' | 'element'> | undefined {
  if (name === 'String') return { list: false, element: 'text' }
  if (name === 'Number') return { list: false, element: 'number' }
  if (name === 'CommaDelimitedList') return { list: true, element: 'text' }
  const item = /^List<(.+)>$/.exec(name)?.[1]
  if (item === 'Number') return { list: true, element: 'number' }
  if (item === 'String') return { list: true, element: 'text' }
  if (item !== undefined && isAwsType(item) && item !== 'AWS::EC2::KeyPair::KeyName')
    return { list: true, element: item }
  return isAwsType(name) ? { list: false, element: name } : undefined
}
