import { AttributeType, Billing, StreamViewType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { TidingsFunction } from './functions/tidingsFunction.ts';
import { isProtected } from './protection.ts';
import { removalPolicyOf } from './settings/removalPolicy.ts';
import type { StageConfig } from './settings/stageConfig.ts';

type TableAction = 'Query' | 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

/**
 * The one table. It has no index: an index is never strongly consistent, and a delivery depends on reads
 * that see every acknowledged write.
 */
export class TidingsTable extends Construct {
  /** The table's physical name. */
  readonly tableName: string;
  /** Where its rows can be read as they are written; absent: it has no stream. */
  readonly streamArn: string | undefined;
  private readonly tableArn: string;

  constructor(scope: Construct, id: string, config: StageConfig, { streams }: { readonly streams: boolean }) {
    super(scope, id);
    const table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      ...(config.warmThroughput && { warmThroughput: config.warmThroughput }),
      timeToLiveAttribute: 'ttl',
      ...(streams && { dynamoStream: StreamViewType.NEW_IMAGE }),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption:
        config.tableKey === 'aws-managed'
          ? TableEncryptionV2.awsManagedKey()
          : TableEncryptionV2.dynamoOwnedKey(),
      deletionProtection: isProtected(this, config),
      removalPolicy: removalPolicyOf(config),
    });
    this.tableName = table.tableName;
    this.tableArn = table.tableArn;
    // The L2 has an address also for a stream that is not there.
    this.streamArn = streams ? table.tableStreamArn : undefined;
  }

  /**
   * Lets a function do exactly these. The parts of a transaction need the same rights as the single
   * operations: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
   *
   * @param partitions patterns that the partition keys must match; without them, every row
   */
  allow(grantee: TidingsFunction, actions: readonly TableAction[], partitions?: readonly string[]): void {
    grantee.allow({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.tableArn],
      ...(partitions && {
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
      }),
    });
  }
}
