import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A function that imports nothing but the client of DynamoDB. */
export const handler = () => new DynamoDBClient({});
