/** Turns the rows of a result into updates, and hands them to delivery in their order. */

import type { Update, UpdateSink } from "../batches";
import { ByteWriter } from "../byte-writer";
import { type IdentityProblem, writeIdentity } from "./identity";
import type { MappingOptions } from "./options";
import { Plan } from "./plan";
import type { Column, QueryFields, ResultReader, Row } from "./query-result";
import { undescribedColumn } from "./undescribed";
import { writeProperties } from "./write-properties";

export class Mapper implements ResultReader {
  private plan: Plan | undefined;
  private identityLabel = "";
  private readonly out = new ByteWriter(16 * 1024);
  private readonly update: Update = {
    row: 0,
    bytes: this.out.bytes,
    view: this.out.view,
    identityStart: 0,
    identityEnd: 0,
    propertiesStart: 0,
    propertiesEnd: 0,
  };

  constructor(
    private readonly options: MappingOptions,
    private readonly sink: UpdateSink,
  ) {}

  fields(query: QueryFields): void {
    this.plan = new Plan(query, this.options);
  }

  column(column: Column): void {
    const mapped = this.plan?.add(column);
    if (mapped?.isIdentity) this.identityLabel = mapped.label;
    if (mapped) this.sink.column(mapped);
  }

  undescribed(name: string): void {
    this.sink.column(undescribedColumn(name));
  }

  row(row: Row): void {
    const plan = this.plan;
    if (!plan) return;
    if (row.problem !== undefined) {
      this.sink.reject({ row: row.number, reason: row.problem });
      return;
    }
    this.out.length = 0;
    const problem = writeIdentity(row, plan.identityColumn, this.out);
    if (problem === undefined) this.map(row, plan);
    else this.passOver(row, problem);
  }

  private passOver({ number }: Row, problem: IdentityProblem): void {
    if (problem.blank) this.sink.skip("no identity");
    else this.sink.reject({ row: number, reason: problem.reason, column: this.identityLabel });
  }

  private map(row: Row, plan: Plan): void {
    const { out, update } = this;
    const identityEnd = out.length;
    writeProperties(row, plan.properties, this.options, this.sink, out);
    if (out.length === identityEnd) {
      this.sink.skip("no properties");
      return;
    }
    update.row = row.number;
    update.bytes = out.bytes;
    update.view = out.view;
    update.identityEnd = identityEnd;
    update.propertiesStart = identityEnd;
    update.propertiesEnd = out.length;
    this.sink.update(update);
  }
}
