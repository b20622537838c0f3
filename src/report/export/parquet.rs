//! Tables as Parquet: every column optional, texts with a dictionary, packed with Snappy, in groups of rows that fit into memory.

use std::sync::Arc;

use ::parquet::basic::Compression;
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use chrono::NaiveDate;

use crate::report::export::SCHEMA;
use crate::report::export::table::{Cell, Column, Kind, Source, Table};

/// Rows of one group.
const GROUP: usize = 100_000;

/// The values of a column in the group that is being filled: what is there, and for each row whether it is.
struct Values {
    is_there: Vec<i16>,
    held: Held,
}

enum Held {
    Texts(Vec<ByteArray>),
    Numbers(Vec<i64>),
    Flags(Vec<bool>),
    Days(Vec<i32>),
}

/// Writes a table.
pub(super) fn write(table: &Table, source: &Source<'_>) -> Result<(Vec<u8>, u64), String> {
    written(table, source).map_err(|error| error.to_string())
}

fn written(table: &Table, source: &Source<'_>) -> Result<(Vec<u8>, u64), ParquetError> {
    let schema = Arc::new(parse_message_type(&message(table))?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(SCHEMA.to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    let mut values: Vec<Values> = table.columns.iter().map(Values::of).collect();
    let (mut count, mut in_group) = (0, 0);
    let mut failure = None;
    (table.rows)(source, &mut |cells| {
        if failure.is_some() {
            return;
        }
        for (values, cell) in values.iter_mut().zip(&cells) {
            values.push(cell);
        }
        count += 1;
        in_group += 1;
        if in_group == GROUP {
            failure = group(&mut writer, &mut values).err();
            in_group = 0;
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    if in_group > 0 {
        group(&mut writer, &mut values)?;
    }
    Ok((writer.into_inner()?, count))
}

/// The schema in the words of the format.
fn message(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| {
        let kind = match column.kind {
            Kind::Text => ("binary", " (STRING)"),
            Kind::Number => ("int64", ""),
            Kind::Flag => ("boolean", ""),
            Kind::Day => ("int32", " (DATE)"),
            Kind::Time => ("int64", " (TIMESTAMP(MILLIS,true))"),
        };
        format!("optional {} {}{};", kind.0, column.name, kind.1)
    });
    format!("message {} {{ {} }}", table.name, columns.collect::<Vec<_>>().join(" "))
}

/// Writes the rows that are held, and empties the columns.
fn group(writer: &mut SerializedFileWriter<Vec<u8>>, columns: &mut [Values]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for values in columns {
        let Some(mut column) = group.next_column()? else { break };
        let is_there = Some(values.is_there.as_slice());
        match (column.untyped(), &values.held) {
            (ColumnWriter::ByteArrayColumnWriter(writer), Held::Texts(texts)) => writer.write_batch(texts, is_there, None)?,
            (ColumnWriter::Int64ColumnWriter(writer), Held::Numbers(numbers)) => writer.write_batch(numbers, is_there, None)?,
            (ColumnWriter::BoolColumnWriter(writer), Held::Flags(flags)) => writer.write_batch(flags, is_there, None)?,
            (ColumnWriter::Int32ColumnWriter(writer), Held::Days(days)) => writer.write_batch(days, is_there, None)?,
            _ => {
                return Err(ParquetError::General(
                    "a column is of another type than its values".to_owned(),
                ));
            }
        };
        column.close()?;
        values.clear();
    }
    group.close()?;
    Ok(())
}

impl Values {
    fn of(column: &Column) -> Self {
        Self {
            is_there: Vec::new(),
            held: match column.kind {
                Kind::Text => Held::Texts(Vec::new()),
                Kind::Number | Kind::Time => Held::Numbers(Vec::new()),
                Kind::Flag => Held::Flags(Vec::new()),
                Kind::Day => Held::Days(Vec::new()),
            },
        }
    }

    fn push(&mut self, cell: &Cell<'_>) {
        let is_there = match (&mut self.held, cell) {
            (Held::Texts(texts), Cell::Text(text)) => {
                texts.push(ByteArray::from(text.as_ref()));
                true
            }
            (Held::Numbers(numbers), Cell::Number(number)) => {
                numbers.push(*number);
                true
            }
            (Held::Numbers(numbers), Cell::Time(at)) => {
                numbers.push(at.timestamp_millis());
                true
            }
            (Held::Flags(flags), Cell::Flag(flag)) => {
                flags.push(*flag);
                true
            }
            (Held::Days(days), Cell::Day(day)) => {
                days.push(day.signed_duration_since(NaiveDate::default()).num_days() as i32);
                true
            }
            _ => false,
        };
        self.is_there.push(i16::from(is_there));
    }

    fn clear(&mut self) {
        self.is_there.clear();
        match &mut self.held {
            Held::Texts(texts) => texts.clear(),
            Held::Numbers(numbers) => numbers.clear(),
            Held::Flags(flags) => flags.clear(),
            Held::Days(days) => days.clear(),
        }
    }
}
