import { type Condition, type Range, type Value, type Write, writeKey } from '../../core/ports.ts';
import { checkUpdate } from '../checkUpdate.ts';
import {
  conditionExpression,
  expressionScope,
  keyExpression,
  projectionExpression,
  type Scope,
  updateExpression,
} from './expression.ts';
import { storedRow } from './storedNames.ts';

type Kind<K extends string> = Extract<Write, { readonly [kind in K]: unknown }>;

// The row that a condition failed on comes with the failure, so that nobody reads twice to decide.
const RETURN_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

const conditional = (condition: Condition | undefined, scope: Scope) => ({
  ...(condition && { ConditionExpression: conditionExpression(condition, scope) }),
  ...RETURN_OLD,
});

export function putRequest(write: Kind<'put'>, TableName: string) {
  const scope = expressionScope();
  const condition = conditional(write.if, scope);
  const Item = storedRow(write.put);
  return { TableName, Item, ...condition, ...scope.placeholders() };
}

export function deleteRequest(write: Kind<'delete'>, TableName: string) {
  const scope = expressionScope();
  const condition = conditional(write.if, scope);
  return { TableName, Key: writeKey(write), ...condition, ...scope.placeholders() };
}

export function updateRequest(write: Kind<'update'>, TableName: string) {
  checkUpdate(write);
  const scope = expressionScope();
  const UpdateExpression = updateExpression(write, scope);
  const condition = conditional(write.if, scope);
  return { TableName, Key: writeKey(write), UpdateExpression, ...condition, ...scope.placeholders() };
}

function checkRequest(write: Kind<'check'>, TableName: string) {
  const scope = expressionScope();
  const ConditionExpression = conditionExpression(write.if, scope);
  return { TableName, Key: writeKey(write), ConditionExpression, ...RETURN_OLD, ...scope.placeholders() };
}

export function transactItem(write: Write, tableName: string) {
  if ('put' in write) return { Put: putRequest(write, tableName) };
  if ('update' in write) return { Update: updateRequest(write, tableName) };
  if ('delete' in write) return { Delete: deleteRequest(write, tableName) };
  return { ConditionCheck: checkRequest(write, tableName) };
}

/** As the client itself takes it. `after` is the range's own once it is known to lie inside the range. */
export function queryRequest(range: Range, TableName: string, after: string | undefined) {
  const scope = expressionScope();
  const KeyConditionExpression = keyExpression(range, scope);
  const ProjectionExpression = range.only && projectionExpression(range.only, scope);
  const { ExpressionAttributeValues, ...names } = scope.placeholders();
  return {
    TableName,
    ConsistentRead: true,
    KeyConditionExpression,
    ...(ProjectionExpression && { ProjectionExpression }),
    ...(range.descending && { ScanIndexForward: false }),
    ...(range.limit !== undefined && { Limit: range.limit }),
    ...(after !== undefined && { ExclusiveStartKey: texts({ pk: range.pk, sk: after }) }),
    ...names,
    ...(ExpressionAttributeValues && { ExpressionAttributeValues: texts(ExpressionAttributeValues) }),
  };
}

/** Keys, and what keys are compared with. */
const texts = (values: Readonly<Record<string, Value>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { S: String(value) }]));
