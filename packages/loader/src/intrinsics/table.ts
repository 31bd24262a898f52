import { and } from './and.ts'
import { base64 } from './base64.ts'
import { cidr } from './cidr.ts'
import { condition } from './condition.ts'
import { contains } from './contains.ts'
import { eachMemberEquals } from './each-member-equals.ts'
import { eachMemberIn } from './each-member-in.ts'
import { equals } from './equals.ts'
import { findInMap } from './find-in-map.ts'
import { getAtt } from './get-att.ts'
import { getAzs } from './get-azs.ts'
import { fnIf } from './if.ts'
import { importValue } from './import-value.ts'
import { join } from './join.ts'
import { length } from './length.ts'
import { not } from './not.ts'
import { or } from './or.ts'
import { ref } from './ref.ts'
import { refAll } from './ref-all.ts'
import type { ConditionFunction, Intrinsic } from './scope.ts'
import { select } from './select.ts'
import { split } from './split.ts'
import { sub } from './sub.ts'
import { toJsonString } from './to-json-string.ts'
import { valueFromAccount } from './value-of.ts'

/** Every function that gives a value. A new one is a file and a line here. */
export const INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map([
  ['Ref', ref],
  ['Fn::Base64', base64],
  ['Fn::Cidr', cidr],
  ['Fn::FindInMap', findInMap],
  ['Fn::GetAtt', getAtt],
  ['Fn::GetAZs', getAzs],
  ['Fn::If', fnIf],
  ['Fn::ImportValue', importValue],
  ['Fn::Join', join],
  ['Fn::Length', length],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::Sub', sub],
  ['Fn::ToJsonString', toJsonString],
])

/** Functions that give a value in the Rules section alone. */
export const RULE_INTRINSICS: ReadonlyMap<string, Intrinsic> = new Map([
  ['Fn::RefAll', refAll],
  ['Fn::ValueOf', valueFromAccount],
  ['Fn::ValueOfAll', valueFromAccount],
])

/** Functions that say whether something holds, in Conditions and Rules. */
export const CONDITION_FUNCTIONS: ReadonlyMap<string, ConditionFunction> = new Map([
  ['Condition', condition],
  ['Fn::And', and],
  ['Fn::Equals', equals],
  ['Fn::Not', not],
  ['Fn::Or', or],
])

/** Further ones for Rules. */
export const RULE_CONDITION_FUNCTIONS: ReadonlyMap<string, ConditionFunction> = new Map([
  ['Fn::Contains', contains],
  ['Fn::EachMemberEquals', eachMemberEquals],
  ['Fn::EachMemberIn', eachMemberIn],
])
