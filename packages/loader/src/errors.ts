import { type Place, TerraceError } from '@terrace/kit'

/**
 * Every way in which input can be refused, in one place. All are `TerraceError`s with blame `input`, so that a command
 * exits with 2. The texts of CloudFormation itself are not imitated: they seldom say where.
 */
export const LOAD_ERRORS = {
  LOAD_NO_TARGET: 'the path is neither a template nor a cloud assembly',
  LOAD_NOT_A_TEMPLATE: 'the file is empty, binary, or something else than a template',
  LOAD_SYNTAX: 'broken YAML or JSON',
  LOAD_DUPLICATE_KEY: 'a key is written twice in one mapping',
  LOAD_MALFORMED: 'a part of the template has the wrong shape',
  LOAD_UNKNOWN_KEY: 'a section or a resource attribute that CloudFormation does not have',
  LOAD_UNSUPPORTED_TRANSFORM: 'a transform or macro that cannot run here',
  LOAD_UNKNOWN_PARAMETER: 'a value was given for a parameter that no stack has',
  LOAD_MISSING_PARAMETER: 'a parameter has no value',
  LOAD_BAD_PARAMETER: 'a parameter is declared wrongly, or its value breaks its constraints',
  LOAD_RULE_FAILED: 'an assertion of the Rules section does not hold',
  LOAD_UNKNOWN_FUNCTION: 'an intrinsic function that does not exist, or not at that place',
  LOAD_BAD_FUNCTION: 'an intrinsic function with arguments that it cannot take',
  LOAD_UNRESOLVED_REF: 'a name that nothing in the template has',
  LOAD_REMOVED_REF: 'a reference to a resource that a condition takes away',
  LOAD_UNKNOWN_ATTRIBUTE: 'Fn::GetAtt asks for an attribute that the type does not have',
  LOAD_UNKNOWN_CONDITION: 'a condition that is not declared',
  LOAD_UNKNOWN_MAPPING: 'a mapping, or a key of it, that is not declared',
  LOAD_UNKNOWN_EXPORT: 'Fn::ImportValue names an export that no stack has',
  LOAD_DUPLICATE_EXPORT: 'two outputs export the same name',
  LOAD_CYCLE: 'resources, conditions or stacks that need each other',
  LOAD_BAD_PROPERTY: 'a property with a value of the wrong type, or outside of what is allowed',
  LOAD_MISSING_PROPERTY: 'a property that the type requires is missing',
  LOAD_BAD_DYNAMIC_REFERENCE: 'a {{resolve:…}} that is spelled wrongly',
  LOAD_BAD_WORKLOAD: 'the workload document is not what the contract says',
  LOAD_BAD_ASSEMBLY: 'a file of the cloud assembly is missing or has the wrong shape',
} as const

/** Code of an error that the loader throws. */
export type LoadErrorCode = keyof typeof LOAD_ERRORS

/** Makes one of the catalogue's errors. The message says what is wrong, the value received and what is allowed. */
export function loadError(
  code: LoadErrorCode,
  message: string,
  place: Place | undefined,
  hint?: string,
  cause?: unknown,
): TerraceError {
  return new TerraceError(code, message, {
    blame: 'input',
    ...(place ? { place } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  })
}
