//! Tables, each in a container that scrolls by itself and can be reached by keyboard.

use std::fmt::Write as _;

use crate::model::document::Alignment;
use crate::site::body::open::{Frame, Writer};

impl Writer<'_> {
    pub(super) fn set_row(&mut self, head: bool) {
        if let Some(Frame::Table {
            column, is_head, rows, ..
        }) = self.open.last_mut()
        {
            *column = 0;
            *is_head = head;
            if !head {
                if *rows == 0 {
                    self.body.html.push_str("<tbody>");
                }
                *rows += 1;
            }
        }
    }

    pub(super) fn open_cell(&mut self) {
        let mut is_header = false;
        let mut class = "";
        for frame in self.open.iter_mut().rev() {
            if let Frame::Table {
                alignments,
                column,
                is_head,
                ..
            } = frame
            {
                is_header = *is_head;
                class = match alignments.get(*column) {
                    Some(Alignment::Center) => " class=\"mid\"",
                    Some(Alignment::Right) => " class=\"end\"",
                    _ => "",
                };
                *column += 1;
                break;
            }
        }
        let tag_from = self.body.html.len();
        let _ = if is_header {
            write!(self.body.html, "<th scope=\"col\"{class}>")
        } else {
            write!(self.body.html, "<td{class}>")
        };
        self.open.push(Frame::Cell {
            tag_from,
            from: self.body.html.len(),
            is_head: is_header,
            class,
        });
    }
}
